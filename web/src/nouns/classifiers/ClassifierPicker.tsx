import { type ReactNode, type Ref, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import type { Classifier, ClassifierWords } from '../../api/types'
import { Finder } from '../../ui/Finder'
import { LIMIT, useSearch } from '../../ui/useSearch'
import { classifierWords, inWords } from './classifierWords'

export function ClassifierPicker({
  value,
  onPick,
  onClear,
  inputRef,
  description,
  error,
}: {
  value: ClassifierWords | null
  onPick: (classifier: Classifier) => void
  onClear: () => void
  inputRef?: Ref<HTMLInputElement>
  description?: ReactNode
  error?: ReactNode
}) {
  const { t, i18n } = useTranslation()
  const [typed, setTyped] = useState('')
  const { items, loading } = useSearch(['classifiers'], typed, (q) =>
    api.get('/classifiers', { params: { query: { q, limit: LIMIT } } }),
  )
  return (
    <Finder<Classifier>
      label={t('ticket.classifier')}
      placeholder={t('ticket.classifier_hint')}
      description={description}
      error={error}
      inputRef={inputRef}
      chosen={classifierWords(value, i18n.language)}
      options={items}
      loading={loading}
      idOf={(option) => option.id}
      onType={setTyped}
      onPick={onPick}
      onClear={onClear}
      render={(option) => {
        const { place, category, problem } = inWords(option, i18n.language)
        return (
          <div>
            <div>
              <b>{problem}</b>
            </div>
            <div className="muted small">
              {category} · {place}
              {option.law_hint ? ` · ${option.law_hint}` : ''}
            </div>
          </div>
        )
      }}
    />
  )
}
