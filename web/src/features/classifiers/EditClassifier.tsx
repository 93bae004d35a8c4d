import { Button, Checkbox, Modal, Select, Textarea, TextInput } from '@mantine/core'
import { skipToken, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { asProblem, newerOf } from '../../api/problem'
import { freshen } from '../../api/query'
import type { Classifier } from '../../api/types'
import { word } from '../../i18n'
import { KINDS } from '../../nouns/tickets/ticketFields'
import { useDraft } from '../../ui/drafts'
import { excess, LINE, oneLine } from '../../ui/limits'
import { toFirstFault } from '../../ui/toFirstFault'
import { toast } from '../../ui/toast'
import { Loaded, ProblemNote } from '../../ui/Wait'

const PROFILES = [
  'accident',
  'sewer_block',
  'chute_block',
  'small_fault',
  'utility_quality',
  'lift_release',
  'appeal_owner',
  'appeal_other',
  'info_491',
  'paid_service',
  'internal',
] as const

const TEXTS = ['problem_ru', 'problem_en', 'category_ru', 'category_en', 'place_ru', 'place_en'] as const

const EMPTY: Classifier = {
  id: '',
  problem_ru: '',
  problem_en: '',
  category_ru: '',
  category_en: '',
  place_ru: '',
  place_en: '',
  synonyms: '',
  law_hint: '',
  kind: 'service',
  priority: 3,
  profile: 'small_fault',
  position: 0,
  active: true,
  version: 0,
}

export function EditClassifier({ id, onClose }: { id: string | null; onClose: () => void }) {
  const { t } = useTranslation()
  const record = useQuery({
    queryKey: ['classifiers', id],
    queryFn: id === null ? skipToken : () => api.get('/classifiers/{id}', { params: { path: { id } } }),
    staleTime: 0,
  })
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={id === null ? t('classifier.add') : t('classifier.edit')}
      closeButtonProps={{ 'aria-label': t('do.close') }}
    >
      {id === null ? (
        <Form record={null} onClose={onClose} />
      ) : (
        <Loaded query={record}>{(data) => <Form record={data} onClose={onClose} />}</Loaded>
      )}
    </Modal>
  )
}

function Form({ record, onClose }: { record: Classifier | null; onClose: () => void }) {
  const { t } = useTranslation()
  const draft = useDraft<Classifier>(
    `classifier.${record?.id ?? 'new'}`,
    () => record ?? { ...EMPTY, id: crypto.randomUUID() },
  )
  const values = draft.value
  const set = (changes: Partial<Classifier>) => draft.set((old) => ({ ...old, ...changes }))
  const [complain, setComplain] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const tooLong = (text: string) =>
    excess(text, LINE) > 0 ? t('form.too_long', { count: excess(text, LINE) }) : undefined
  const fault = (field: (typeof TEXTS)[number]) =>
    complain && values[field].trim() === '' ? t('form.needed') : tooLong(values[field])
  const ready =
    TEXTS.every((field) => values[field].trim() !== '' && excess(values[field], LINE) === 0) &&
    excess(values.synonyms, LINE) === 0 &&
    excess(values.law_hint, LINE) === 0
  const save = async () => {
    setComplain(true)
    if (busy) return
    if (!ready) return toFirstFault()
    setBusy(true)
    setError(null)
    const { id, active, version, position: _position, ...rest } = values
    const clean = {
      ...rest,
      ...Object.fromEntries(
        [...TEXTS, 'synonyms' as const, 'law_hint' as const].map((field) => [field, oneLine(values[field])]),
      ),
    }
    try {
      if (record)
        await api.patch('/classifiers/{id}', {
          params: { path: { id: record.id } },
          body: { ...clean, active, version },
        })
      else await api.post('/classifiers', { body: { ...clean, id } })
      draft.clear()
      freshen('classifiers')
      toast.done(t('classifier.saved', { name: values.problem_ru.trim() }))
      onClose()
    } catch (failed) {
      const current = newerOf<Classifier>(failed)
      if (current !== null) set({ version: current.version })
      setError(failed)
      setBusy(false)
    }
  }
  return (
    <form
      className="stack"
      style={{ gap: 12 }}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      {draft.restored && (
        <div className="row">
          <span className="muted small" role="status">
            {t('desk.restored')}
          </span>
          <Button variant="subtle" size="compact-xs" onClick={() => draft.clear()}>
            {t('desk.discard')}
          </Button>
        </div>
      )}
      <div className="pair">
        {TEXTS.map((field, index) => (
          <TextInput
            key={field}
            data-autofocus={index === 0 ? true : undefined}
            label={t(`problem.field.${field}`)}
            required
            error={fault(field)}
            value={values[field]}
            onChange={(event) => set({ [field]: event.currentTarget.value })}
          />
        ))}
      </div>
      <TextInput
        label={t('problem.field.synonyms')}
        description={t('classifier.synonyms_hint')}
        error={tooLong(values.synonyms)}
        value={values.synonyms}
        onChange={(event) => set({ synonyms: event.currentTarget.value })}
      />
      <div className="pair">
        <Select
          label={t('ticket.kind')}
          data={KINDS.map((kind) => ({ value: kind, label: word(t, 'ticket.kinds', kind) }))}
          value={values.kind}
          onChange={(kind) => set({ kind: kind ?? 'service' })}
        />
        <Select
          label={t('ticket.priority')}
          data={['1', '2', '3', '4'].map((value) => ({ value, label: word(t, 'ticket.priorities', value) }))}
          value={String(values.priority)}
          onChange={(priority) => set({ priority: Number(priority ?? 3) })}
        />
      </div>
      <Select
        label={t('classifier.profile')}
        description={t('classifier.profile_hint')}
        data={PROFILES.map((profile) => ({ value: profile, label: word(t, 'classifier.profiles', profile) }))}
        value={values.profile}
        onChange={(profile) => set({ profile: profile ?? 'small_fault' })}
      />
      <Textarea
        label={t('problem.field.law_hint')}
        description={t('classifier.law_hint')}
        autosize
        minRows={1}
        error={tooLong(values.law_hint)}
        value={values.law_hint}
        onChange={(event) => set({ law_hint: event.currentTarget.value })}
      />
      {record && (
        <Checkbox
          size="xs"
          label={t('classifier.active')}
          checked={values.active}
          onChange={(event) => set({ active: event.currentTarget.checked })}
        />
      )}
      {error !== null &&
        (asProblem(error).slug === 'stale' ? (
          <div className="paper pad" role="alert">
            <b>{t('conflict.title')}</b>
            <div>{t('conflict.save_again')}</div>
          </div>
        ) : (
          <ProblemNote error={error} />
        ))}
      <div className="row" style={{ justifyContent: 'flex-end' }}>
        <Button variant="default" onClick={onClose}>
          {t('do.cancel')}
        </Button>
        <Button type="submit" loading={busy}>
          {t('do.save')}
        </Button>
      </div>
    </form>
  )
}
