// Callbacks and undisposed intakes: what the hotline still owes, with its clocks.

import { Button, Menu, TextInput } from '@mantine/core'
import { IconChevronDown, IconInbox, IconPhoneOutgoing } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../api/client'
import { freshen } from '../api/query'
import type { Callback, Intake } from '../api/types'
import { word } from '../i18n'
import { paths } from '../paths'
import { ClockMark } from '../ui/ClockMark'
import { Confirm } from '../ui/Confirm'
import { phone } from '../ui/format'
import { Link } from '../ui/Link'
import { Cut, Phone, When } from '../ui/Small'
import { toast } from '../ui/toast'
import { DisposeDialog } from './Dispose'
import { useQueueName } from './lines'
import { useMyself } from './session'
import { ScrollX } from '../ui/ScrollX'

const INTAKE_LIMIT_MS = 30 * 60_000

export type Owed =
  { kind: 'callback'; due: number; callback: Callback } | { kind: 'intake'; due: number; intake: Intake }

/** One list, the nearest deadline first. */
export function owedList(callbacks: Callback[], intakes: Intake[]): Owed[] {
  const list: Owed[] = [
    ...callbacks.map((callback): Owed => ({ kind: 'callback', due: Date.parse(callback.due_at), callback })),
    ...intakes.map((intake): Owed => ({
      kind: 'intake',
      due: Date.parse(intake.arrived_at) + INTAKE_LIMIT_MS,
      intake,
    })),
  ]
  return list.sort((a, b) => a.due - b.due)
}

/** The legal ten minutes run from the arrival of the call (domain N2). */
export function callbackClock(callback: Callback) {
  return {
    code: 'callback',
    law_ref: '416 п. 13',
    started_at: callback.arrived_at,
    due_at: callback.due_at,
    stopped_at: callback.done_at,
    breached_at: null,
  }
}

export function intakeClock(intake: Intake) {
  return {
    code: 'dispose',
    law_ref: null,
    started_at: intake.arrived_at,
    due_at: new Date(Date.parse(intake.arrived_at) + INTAKE_LIMIT_MS).toISOString(),
    stopped_at: intake.disposed_at,
    breached_at: null,
  }
}

export function OwedTable({ list }: { list: Owed[] }) {
  const { t } = useTranslation()
  const [disposing, setDisposing] = useState<Intake | null>(null)
  return (
    <ScrollX>
      <table className="data cards">
        <thead>
          <tr>
            <th>{t('owed.clock')}</th>
            <th>{t('owed.what')}</th>
            <th>{t('call.from')}</th>
            <th>{t('owed.why')}</th>
            <th>{t('call.arrived')}</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {list.map((owed) =>
            owed.kind === 'callback' ? (
              <CallbackRow key={owed.callback.id} callback={owed.callback} />
            ) : (
              <IntakeRow key={owed.intake.id} intake={owed.intake} onDispose={() => setDisposing(owed.intake)} />
            ),
          )}
        </tbody>
      </table>
      {disposing && <DisposeDialog intake={disposing} onClose={() => setDisposing(null)} />}
    </ScrollX>
  )
}

export function CallbackRow({ callback }: { callback: Callback }) {
  const { t } = useTranslation()
  const queueName = useQueueName()
  return (
    <tr>
      <td>
        <ClockMark clock={callbackClock(callback)} />
      </td>
      <td>
        <span className="row" style={{ gap: 6 }}>
          <IconPhoneOutgoing size={16} aria-hidden />
          {t('owed.callback')}
        </span>
      </td>
      <td style={{ maxWidth: 260 }}>
        <Phone value={callback.phone} />
        {callback.contact && (
          <div className="small">
            <Link to={paths.contact(callback.contact.id)}>
              <Cut>{callback.contact.name}</Cut>
            </Link>
          </div>
        )}
      </td>
      <td className="wide">
        {word(t, 'callback.reason', callback.reason)}
        {callback.queue ? ` · ${queueName(callback.queue)}` : ''}
      </td>
      <td>
        {callback.call_id ? (
          <Link to={paths.call(callback.call_id)}>
            <When at={callback.arrived_at} />
          </Link>
        ) : (
          <When at={callback.arrived_at} />
        )}
      </td>
      <td className="wide">
        <CallbackActions callback={callback} />
      </td>
    </tr>
  )
}

export function CallbackActions({ callback }: { callback: Callback }) {
  const { t } = useTranslation()
  const me = useMyself()
  const [busy, setBusy] = useState(false)
  const [cancelling, setCancelling] = useState(false)
  const [why, setWhy] = useState('')
  const act = async (deed: () => Promise<unknown>, said: string) => {
    setBusy(true)
    try {
      await deed()
      toast.done(said)
    } catch (error) {
      toast.failed(error)
    } finally {
      freshen('callbacks')
      setBusy(false)
    }
  }
  const end = (state: 'done' | 'unreachable' | 'cancelled', reason?: string) =>
    void act(
      () => api.put('/callbacks/{id}/state', { params: { path: { id: callback.id } }, body: { state, reason } }),
      t(`callback.said.${state}`),
    )
  if (callback.state === 'pending') {
    return (
      <Button
        variant="default"
        loading={busy}
        onClick={() =>
          void act(
            () => api.put('/callbacks/{id}/claim', { params: { path: { id: callback.id } } }),
            t('callback.claimed_now'),
          )
        }
      >
        {t('callback.claim')}
      </Button>
    )
  }
  if (callback.state !== 'claimed') return <span className="muted">{word(t, 'callback.state', callback.state)}</span>
  if (callback.claimed_by?.id !== me.id && me.role === 'dispatcher')
    return <span className="muted">{t('callback.claimed_by', { name: callback.claimed_by?.name ?? '' })}</span>
  return (
    <Button.Group>
      <Button loading={busy} onClick={() => end('done')}>
        {t('callback.done')}
      </Button>
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <Button px={6} aria-label={t('do.more')}>
            <IconChevronDown size={14} aria-hidden />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => end('unreachable')}>{t('callback.unreachable')}</Menu.Item>
          <Menu.Item onClick={() => setCancelling(true)}>{t('callback.cancel')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Confirm
        opened={cancelling}
        danger
        title={t('callback.cancel_title', { phone: phone(callback.phone) })}
        deed={t('callback.cancel')}
        disabled={why.trim() === ''}
        onNo={() => setCancelling(false)}
        onYes={() => {
          setCancelling(false)
          end('cancelled', why.trim())
        }}
      >
        <TextInput
          data-autofocus
          label={t('callback.cancel_why')}
          required
          value={why}
          onChange={(event) => setWhy(event.currentTarget.value)}
        />
      </Confirm>
    </Button.Group>
  )
}

export function IntakeRow({ intake, onDispose }: { intake: Intake; onDispose: () => void }) {
  const { t } = useTranslation()
  return (
    <tr>
      <td>
        {intake.disposed_at ? (
          <span className="muted">{t('intake.disposed')}</span>
        ) : (
          <ClockMark clock={intakeClock(intake)} />
        )}
      </td>
      <td>
        <span className="row" style={{ gap: 6 }}>
          <IconInbox size={16} aria-hidden />
          {word(t, 'intake.channels', intake.channel)}
        </span>
      </td>
      <td style={{ maxWidth: 260 }}>
        <Phone value={intake.number} />
        {intake.contact && (
          <div className="small">
            <Link to={paths.contact(intake.contact.id)}>
              <Cut>{intake.contact.name}</Cut>
            </Link>
          </div>
        )}
      </td>
      <td className="wide">
        {intake.disposition ? word(t, 'intake.dispositions', intake.disposition) : t('intake.no_disposition')}
        {intake.tickets.map((ticket) => (
          <Link key={ticket.id} to={paths.ticket(ticket.id)} className="num" style={{ marginLeft: 8 }}>
            № {ticket.number}
          </Link>
        ))}
        {intake.summary && (
          <div className="muted small">
            <Cut>{intake.summary}</Cut>
          </div>
        )}
      </td>
      <td>
        {intake.call_id ? (
          <Link to={paths.call(intake.call_id)}>
            <When at={intake.arrived_at} />
          </Link>
        ) : (
          <When at={intake.arrived_at} />
        )}
      </td>
      <td className="wide">
        {!intake.disposed_at && (
          <Button variant="default" onClick={onDispose}>
            {t('intake.dispose')}
          </Button>
        )}
      </td>
    </tr>
  )
}
