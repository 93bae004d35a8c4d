import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import type { Contact } from '../../api/types'
import { Finder } from '../../ui/Finder'
import { phone, phoneDigits } from '../../ui/format'
import { unitName } from '../../ui/unitName'
import { LIMIT, useSearch } from '../../ui/useSearch'

export function ContactPicker({
  label,
  chosen,
  onPick,
  onClear,
  except,
  autoFocus,
}: {
  label: string
  chosen: string
  onPick: (contact: Contact) => void
  onClear?: () => void
  /** Whom nobody looks for here. */
  except?: string
  autoFocus?: boolean
}) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const digits = /^[\d\s()+-]{4,}$/.test(typed.trim()) ? phoneDigits(typed) : null
  const { items, loading } = useSearch(
    ['contacts', digits ? 'phone' : 'words'],
    digits ?? typed,
    (asked) =>
      api.get('/contacts', { params: { query: { ...(digits ? { phone: asked } : { q: asked }), limit: LIMIT } } }),
    2,
  )
  return (
    <Finder<Contact>
      label={label}
      placeholder={t('contact.find_hint')}
      chosen={chosen}
      options={except === undefined ? items : items.filter((each) => each.id !== except)}
      autoFocus={autoFocus}
      loading={loading}
      idOf={(option) => option.id}
      onType={setTyped}
      onPick={onPick}
      onClear={onClear}
      render={(option) => (
        <div>
          <b>{option.full_name}</b>
          <div className="muted small num">
            {[
              phone(option.phones[0]?.value),
              option.units.map((unit) => `${unit.building.name}, ${unitName(t, unit)}`).join('; '),
            ]
              .filter(Boolean)
              .join(' · ')}
          </div>
        </div>
      )}
    />
  )
}
