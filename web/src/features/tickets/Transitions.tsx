import { Button, Menu, Modal, Select, Textarea, TextInput } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconChevronDown } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { ticketTitle } from '../../nouns/classifiers/classifierWords'
import { freshen, queryClient } from '../../api/query'
import type { Ticket, TicketLine } from '../../api/types'
import { word } from '../../i18n'
import { TicketPicker } from '../../nouns/tickets/TicketPicker'
import { useMyself } from '../../nouns/me/myself'
import { serverNow } from '../../api/clock'
import { useDraft } from '../../ui/drafts'
import { instant, ZONE } from '../../ui/format'
import { excess, LINE, oneLine } from '../../ui/limits'
import { useKeys } from '../../ui/keys'
import { toast } from '../../ui/toast'
import { ProblemNote } from '../../ui/Wait'
import { type Command, commandsOf, forward, HOLD_REASONS, isFinal, needOf } from './can'

/** What may be done with the ticket now: the next step as the primary button, the rest beside it or in a menu. */
export function Transitions({ ticket, zone }: { ticket: Ticket; zone: string | undefined }) {
  const { t } = useTranslation()
  const [asking, setAsking] = useState<Command | null>(null)
  const [busy, setBusy] = useState(false)
  const narrow = useMediaQuery('(max-width: 700px)')
  const commands = commandsOf(ticket.allowed)
  const next = forward(commands)
  const run = async (command: Command, more: Record<string, unknown> = {}): Promise<boolean> => {
    setBusy(true)
    try {
      const after = await api.post('/tickets/{id}/transitions', {
        params: { path: { id: ticket.id } },
        body: { id: crypto.randomUUID(), version: ticket.version, command, ...more },
      })
      queryClient.setQueryData(['tickets', ticket.id], after)
      freshen('tickets')
      toast.done(word(t, 'ticket.did', command))
      setAsking(null)
      return true
    } catch (error) {
      toast.failed(error)
      freshen('tickets')
      return false
    } finally {
      setBusy(false)
    }
  }
  const start = (command: Command) => (needOf(command) || isFinal(command) ? setAsking(command) : void run(command))
  if (commands.length === 0) return null
  const rest = commands.filter((command) => command !== next)
  const beside = narrow ? 0 : 2
  return (
    <>
      {next && (
        <Button size="sm" loading={busy} onClick={() => start(next)}>
          {word(t, 'ticket.command', next)}
        </Button>
      )}
      {rest.slice(0, beside).map((command) => (
        <Button
          key={command}
          size="sm"
          variant="default"
          disabled={busy}
          color={isFinal(command) ? 'red' : undefined}
          onClick={() => start(command)}
        >
          {word(t, 'ticket.command', command)}
        </Button>
      ))}
      {rest.length > beside && (
        <Menu position="bottom-end" shadow="md">
          <Menu.Target>
            <Button size="sm" variant="default" rightSection={<IconChevronDown size={14} aria-hidden />}>
              {t('do.more')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {rest.slice(beside).map((command) => (
              <Menu.Item key={command} color={isFinal(command) ? 'red' : undefined} onClick={() => start(command)}>
                {word(t, 'ticket.command', command)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {asking && (
        <Ask
          key={asking}
          command={asking}
          ticket={ticket}
          zone={zone}
          busy={busy}
          onNo={() => setAsking(null)}
          onYes={(more) => run(asking, more)}
        />
      )}
    </>
  )
}

function Ask({
  command,
  ticket,
  zone,
  busy,
  onYes,
  onNo,
}: {
  command: Command
  ticket: Ticket
  zone: string | undefined
  busy: boolean
  onYes: (more: Record<string, unknown>) => Promise<boolean>
  onNo: () => void
}) {
  const { t, i18n } = useTranslation()
  const need = needOf(command)
  const [picked, setPicked] = useState('')
  const kept = useDraft<string>(`transition.${ticket.id}.${command}`, () => '')
  const [reason, setReason] = need === 'reason' ? ([kept.value, kept.set] as const) : ([picked, setPicked] as const)
  const [until, setUntil] = useState('')
  const over = need === 'reason' ? excess(reason, LINE) : 0
  const past = until !== '' && instant(until, zone) <= serverNow()
  const [executor, setExecutor] = useState<string | null>(ticket.executor?.id ?? null)
  const [into, setInto] = useState<TicketLine | null>(null)
  const ready =
    need === 'executor'
      ? executor !== null
      : need === 'into'
        ? into !== null
        : need === 'hold'
          ? reason !== '' && until !== '' && !past
          : need === 'reason'
            ? reason.trim().length >= 3 && over === 0
            : true
  const more = () => {
    if (need === 'executor') return { executor_id: executor }
    if (need === 'into') return { into: into?.id }
    if (need === 'hold') return { reason, until: new Date(instant(until, zone)).toISOString() }
    return { reason: oneLine(reason) || undefined }
  }
  const send = () =>
    void onYes(more()).then((done) => {
      if (done) kept.clear()
    })
  useKeys([
    { keys: ['alt+KeyS', 'ctrl+Enter'], label: word(t, 'ticket.command', command), enabled: ready && !busy, run: send },
  ])
  return (
    <Modal
      opened
      onClose={onNo}
      title={t('ticket.ask', { action: word(t, 'ticket.command', command), number: ticket.number })}
      closeButtonProps={{ 'aria-label': t('do.close') }}
    >
      <div className="stack" style={{ gap: 14 }}>
        {isFinal(command) && <span className="muted">{t('ticket.final_why')}</span>}
        {need === 'executor' && <Executors value={executor} onChange={setExecutor} />}
        {need === 'reason' && (
          <Textarea
            data-autofocus
            label={t('ticket.reason')}
            description={t('ticket.reason_hint')}
            error={over > 0 ? t('form.too_long', { count: over }) : undefined}
            required
            autosize
            minRows={2}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        )}
        {need === 'hold' && (
          <>
            <Select
              data-autofocus
              label={t('ticket.reason')}
              required
              data={HOLD_REASONS.map((value) => ({ value, label: word(t, 'ticket.hold_reason', value) }))}
              value={reason || null}
              onChange={(value) => setReason(value ?? '')}
            />
            <TextInput
              type="datetime-local"
              label={t('ticket.until')}
              description={zone && zone !== ZONE ? t('ticket.until_there') : undefined}
              required
              error={past ? t('ticket.until_past') : undefined}
              value={until}
              onChange={(event) => setUntil(event.currentTarget.value)}
            />
          </>
        )}
        {need === 'into' &&
          (into ? (
            <div>
              № {into.number} · {ticketTitle(into, i18n.language)}{' '}
              <Button variant="subtle" size="compact-xs" onClick={() => setInto(null)}>
                {t('do.change')}
              </Button>
            </div>
          ) : (
            <TicketPicker label={t('ticket.find')} autoFocus onPick={setInto} />
          ))}
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onNo}>
            {t('do.cancel')}
          </Button>
          <Button color={isFinal(command) ? 'red' : undefined} disabled={!ready} loading={busy} onClick={send}>
            {word(t, 'ticket.command', command)}
            <span className="key-hint">Alt S</span>
          </Button>
        </div>
      </div>
    </Modal>
  )
}

function Executors({ value, onChange }: { value: string | null; onChange: (id: string | null) => void }) {
  const { t } = useTranslation()
  const me = useMyself()
  const may = me.permissions.includes('executors.read')
  const people = useQuery({
    queryKey: ['executors'],
    queryFn: async () => (await api.get('/executors')).items,
    enabled: may,
  })
  const data = (people.data ?? []).map((person) => ({
    value: person.id,
    label: `${person.name} · ${t('building.open_tickets', { count: person.open_tickets })}`,
  }))
  // Who may not list the executors is an executor and may take the ticket.
  if (!may) data.unshift({ value: me.id, label: `${me.name} (${t('ticket.myself')})` })
  return (
    <>
      {people.isError && <ProblemNote error={people.error} />}
      <Select data-autofocus searchable label={t('ticket.executor')} data={data} value={value} onChange={onChange} />
    </>
  )
}
