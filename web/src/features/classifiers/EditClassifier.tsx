import { Checkbox, Modal, Select, Textarea, TextInput } from '@mantine/core'
import { skipToken, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { freshen } from '../../api/query'
import type { Classifier } from '../../api/types'
import { word } from '../../i18n'
import { KINDS } from '../../nouns/tickets/ticketFields'
import { EditDialog } from '../../ui/EditDialog'
import { LINE, oneLine } from '../../ui/limits'
import { textFault } from '../../ui/textFault'
import { toast } from '../../ui/toast'
import { useEdit } from '../../ui/useEdit'
import { ProblemNote } from '../../ui/Wait'

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

type Values = Omit<Classifier, 'position' | 'version'>

const EMPTY: Values = {
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
  active: true,
}

export function EditClassifier({ id, onClose }: { id: string | null; onClose: () => void }) {
  const { t } = useTranslation()
  const record = useQuery({
    queryKey: ['classifiers', id],
    queryFn: id === null ? skipToken : () => api.get('/classifiers/{id}', { params: { path: { id } } }),
    staleTime: 0,
  })
  if (id === null) return <Form record={null} onClose={onClose} />
  if (record.data !== undefined) return <Form record={record.data} onClose={onClose} />
  if (!record.isError) return null
  return (
    <Modal opened onClose={onClose} title={t('classifier.edit')} closeButtonProps={{ 'aria-label': t('do.close') }}>
      <ProblemNote error={record.error} retry={() => void record.refetch()} />
    </Modal>
  )
}

function valuesOf(record: Classifier | null): Values {
  if (record === null) return { ...EMPTY, id: crypto.randomUUID() }
  const { position: _position, version: _version, ...values } = record
  return values
}

function Form({ record, onClose }: { record: Classifier | null; onClose: () => void }) {
  const { t } = useTranslation()
  const edit = useEdit<Values>({
    draft: `edit.classifier.${record?.id ?? 'new'}`,
    version: record?.version,
    initial: () => valuesOf(record),
    faults: (values, tried) => ({
      ...Object.fromEntries(
        TEXTS.map((field) => [field, textFault(t, values[field], LINE, tried && t('form.needed'))]),
      ),
      synonyms: textFault(t, values.synonyms, LINE),
      law_hint: textFault(t, values.law_hint, LINE),
    }),
    save: async ({ id, active, ...values }, version) => {
      const body = { ...values, synonyms: oneLine(values.synonyms), law_hint: oneLine(values.law_hint) }
      for (const field of TEXTS) body[field] = oneLine(values[field])
      if (record) await api.patch('/classifiers/{id}', { params: { path: { id } }, body: { ...body, active, version } })
      else await api.post('/classifiers', { body: { ...body, id } })
      freshen('classifiers')
      toast.done(t('classifier.saved', { name: body.problem_ru }))
      onClose()
    },
  })
  const { form } = edit
  return (
    <EditDialog edit={edit} size="lg" title={record ? t('classifier.edit') : t('classifier.add')} onClose={onClose}>
      <div className="pair">
        {TEXTS.map((field, index) => (
          <TextInput
            key={field}
            data-autofocus={index === 0 ? true : undefined}
            label={t(`problem.field.${field}`)}
            required
            {...form.getInputProps(field)}
          />
        ))}
      </div>
      <TextInput
        label={t('problem.field.synonyms')}
        description={t('classifier.synonyms_hint')}
        {...form.getInputProps('synonyms')}
      />
      <div className="pair">
        <Select
          label={t('ticket.kind')}
          data={KINDS.map((kind) => ({ value: kind, label: word(t, 'ticket.kinds', kind) }))}
          allowDeselect={false}
          {...form.getInputProps('kind')}
        />
        <Select
          label={t('ticket.priority')}
          data={[1, 2, 3, 4].map((value) => ({ value, label: word(t, 'ticket.priorities', String(value)) }))}
          allowDeselect={false}
          {...form.getInputProps('priority')}
        />
      </div>
      <Select
        label={t('classifier.profile')}
        description={t('classifier.profile_hint')}
        data={PROFILES.map((profile) => ({ value: profile, label: word(t, 'classifier.profiles', profile) }))}
        allowDeselect={false}
        {...form.getInputProps('profile')}
      />
      <Textarea
        label={t('problem.field.law_hint')}
        description={t('classifier.law_hint')}
        autosize
        minRows={1}
        {...form.getInputProps('law_hint')}
      />
      {record && (
        <Checkbox size="xs" label={t('classifier.active')} {...form.getInputProps('active', { type: 'checkbox' })} />
      )}
    </EditDialog>
  )
}
