import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { ticketTitle } from '../classifiers/classifierWords'
import type { TicketLine } from '../../api/types'
import { Finder } from '../../ui/Finder'
import { unitName } from '../../ui/unitName'
import { LIMIT, useSearch } from '../../ui/useSearch'

export function TicketPicker({
  label,
  onPick,
  autoFocus,
}: {
  label: string
  onPick: (ticket: TicketLine) => void
  autoFocus?: boolean
}) {
  const { t, i18n } = useTranslation()
  const [typed, setTyped] = useState('')
  const { items, loading } = useSearch(
    ['tickets'],
    typed,
    (q) => api.get('/tickets', { params: { query: { q, limit: LIMIT } } }),
    1,
  )
  return (
    <Finder<TicketLine>
      label={label}
      placeholder={t('ticket.find_hint')}
      autoFocus={autoFocus}
      chosen=""
      options={items}
      loading={loading}
      idOf={(option) => option.id}
      onType={setTyped}
      onPick={onPick}
      render={(option) => (
        <div>
          <b className="num">№ {option.number}</b> {ticketTitle(option, i18n.language)}
          <div className="muted small">
            {[option.building?.name, unitName(t, option.unit), option.requester_name].filter(Boolean).join(' · ')}
          </div>
        </div>
      )}
    />
  )
}
