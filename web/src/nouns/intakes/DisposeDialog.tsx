import { Button, Modal, Select, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { freshen } from '../../api/query'
import { useDispositions } from '../dispositions/useDispositions'
import type { Intake, TicketLine } from '../../api/types'
import { Phone } from '../../ui/Small'
import { useDraft } from '../../ui/drafts'
import { useKeys } from '../../ui/keys'
import { toast } from '../../ui/toast'
import { type Choice, lacking, LEAST_COMMENT } from '../dispositions/choice'
import { useDispositionName } from '../dispositions/useDispositionName'
import { TicketPicker } from '../tickets/TicketPicker'

/** Sets the disposition of an intake, with what that disposition requires. */
export function DisposeDialog({ intake, onClose }: { intake: Intake; onClose: () => void }) {
  const { t } = useTranslation()
  const nameOf = useDispositionName()
  const list = useDispositions().data ?? []
  const registered = intake.tickets.find((ticket) => ticket.complete) ?? null
  const draft = useDraft<Choice>(`dispose.${intake.id}`, () => ({
    code: registered ? 'ticket_created' : null,
    comment: '',
    ticket: registered,
  }))
  const { value: choice, set: setChoice } = draft
  const [busy, setBusy] = useState(false)
  const chosen = list.find((each) => each.code === choice.code)
  const lacks = lacking(choice, list)
  const send = async () => {
    if (choice.code === null) return
    setBusy(true)
    try {
      await api.put('/intakes/{id}/disposition', {
        params: { path: { id: intake.id } },
        body: { code: choice.code, comment: choice.comment.trim() || undefined, ticket_id: choice.ticket?.id },
      })
      draft.clear()
      freshen('intakes')
      toast.done(t('intake.disposed_now'))
      onClose()
    } catch (error) {
      toast.failed(error)
      setBusy(false)
    }
  }
  useKeys([
    {
      keys: ['alt+KeyS', 'ctrl+Enter'],
      label: t('intake.dispose'),
      enabled: lacks === null && !busy,
      run: () => void send(),
    },
  ])
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('intake.dispose_title')}
      closeButtonProps={{ 'aria-label': t('do.close') }}
    >
      <div className="stack" style={{ gap: 12 }}>
        <div>
          {intake.contact?.name && <b>{intake.contact.name} · </b>}
          <Phone value={intake.number} of={intake.contact} />
        </div>
        <Select
          data-autofocus
          label={t('wrap.disposition')}
          data={list.map((each) => ({ value: each.code, label: nameOf(each) }))}
          value={choice.code}
          onChange={(code) => setChoice((old) => ({ ...old, code }))}
        />
        {chosen?.needs_ticket &&
          (choice.ticket ? (
            <div>
              № {choice.ticket.number}{' '}
              <Button variant="subtle" size="compact-xs" onClick={() => setChoice((old) => ({ ...old, ticket: null }))}>
                {t('do.change')}
              </Button>
            </div>
          ) : (
            <TicketPicker
              label={t('ticket.find')}
              onPick={(ticket: TicketLine) =>
                setChoice((old) => ({ ...old, ticket: { id: ticket.id, number: ticket.number } }))
              }
            />
          ))}
        <Textarea
          label={t('wrap.comment')}
          required={chosen?.needs_comment}
          description={chosen?.needs_comment ? t('wrap.comment_least', { count: LEAST_COMMENT }) : undefined}
          autosize
          minRows={2}
          value={choice.comment}
          onChange={(event) => setChoice((old) => ({ ...old, comment: event.currentTarget.value }))}
        />
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onClose}>
            {t('do.cancel')}
          </Button>
          {choice.code !== null && lacks && (
            <span className="muted small grow">{t(`wrap.lacks.${lacks}`, { count: LEAST_COMMENT })}</span>
          )}
          <Button disabled={lacks !== null} loading={busy} onClick={() => void send()}>
            {t('intake.dispose')}
            <span className="key-hint">Alt S</span>
          </Button>
        </div>
      </div>
    </Modal>
  )
}
