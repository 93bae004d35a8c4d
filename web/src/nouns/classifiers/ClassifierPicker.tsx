import { type ReactNode, type Ref, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import type { ClassifierLine } from '../../api/types'
import { Finder } from '../../ui/Finder'
import { LIMIT, useSearch } from '../../ui/useSearch'

export interface ChosenClassifier {
  id: string
  place: string
  category: string
  problem: string
}

export function classifierWords(classifier: ChosenClassifier | null): string {
  return classifier ? `${classifier.category} · ${classifier.problem} · ${classifier.place}` : ''
}

export function ClassifierPicker({
  value,
  onPick,
  onClear,
  inputRef,
  description,
  error,
}: {
  value: ChosenClassifier | null
  onPick: (classifier: ClassifierLine) => void
  onClear: () => void
  inputRef?: Ref<HTMLInputElement>
  description?: ReactNode
  error?: ReactNode
}) {
  const { t, i18n } = useTranslation()
  const [typed, setTyped] = useState('')
  const { items, loading } = useSearch(['classifiers', i18n.language], typed, (q) =>
    api.get('/classifiers', { params: { query: { q, limit: LIMIT, lang: i18n.language === 'en' ? 'en' : 'ru' } } }),
  )
  return (
    <Finder<ClassifierLine>
      label={t('ticket.classifier')}
      placeholder={t('ticket.classifier_hint')}
      description={description}
      error={error}
      inputRef={inputRef}
      chosen={classifierWords(value)}
      options={items}
      loading={loading}
      idOf={(option) => option.id}
      onType={setTyped}
      onPick={onPick}
      onClear={onClear}
      render={(option) => (
        <div>
          <div>
            <b>{option.problem}</b>
          </div>
          <div className="muted small">
            {option.category} · {option.place}
            {option.law_hint ? ` · ${option.law_hint}` : ''}
          </div>
        </div>
      )}
    />
  )
}
