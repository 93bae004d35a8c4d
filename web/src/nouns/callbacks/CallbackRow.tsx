// A callback as one line of a list, with what may be done about it.

import { Button, Menu, TextInput } from '@mantine/core'
import { IconChevronDown, IconPhoneOutgoing } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { freshen } from '../../api/query'
import type { Callback, CallbackEnd } from '../../api/types'
import { word } from '../../i18n'
import { paths } from '../../paths'
import { ClockMark } from '../../ui/ClockMark'
import { Confirm } from '../../ui/Confirm'
import { Link } from '../../ui/Link'
import { Cut, Phone, When } from '../../ui/Small'
import { phone } from '../../ui/format'
import { toast } from '../../ui/toast'
import { useMyself } from '../me/myself'
import { useQueueName } from '../queues/useQueueName'

/** The legal ten minutes run from the arrival of the call (decree 416, 13). */
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
          {t('followup.callback')}
        </span>
      </td>
      <td style={{ maxWidth: 260 }}>
        <Phone value={callback.phone} />
        {callback.contact && (
          <div className="small">
            <Link to={paths.contact(callback.contact.id)}>
              <Cut lines={2}>{callback.contact.name}</Cut>
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
  const act = async (action: () => Promise<unknown>, said: string) => {
    setBusy(true)
    try {
      await action()
      toast.done(said)
    } catch (error) {
      toast.failed(error)
    } finally {
      freshen('callbacks')
      setBusy(false)
    }
  }
  const end = (state: CallbackEnd, reason?: string) =>
    void act(
      () => api.put('/callbacks/{id}/state', { params: { path: { id: callback.id } }, body: { state, reason } }),
      t(`callback.said.${state}`),
    )
  const path = { id: callback.id }
  const claim = (takeOver: boolean) =>
    void act(
      () => api.put('/callbacks/{id}/claim', { params: { path, query: takeOver ? { take_over: true } : {} } }),
      t('callback.claimed_now'),
    )
  if (callback.state === 'pending') {
    return (
      <Button variant="default" loading={busy} onClick={() => claim(false)}>
        {t('callback.claim')}
      </Button>
    )
  }
  if (callback.state !== 'claimed') return <span className="muted">{word(t, 'callback.state', callback.state)}</span>
  if (callback.claimed_by?.id !== me.id && me.role === 'dispatcher')
    return (
      <span className="row wrap" style={{ gap: 6 }}>
        <span className="muted">{t('callback.claimed_by', { name: callback.claimed_by?.name ?? '' })}</span>
        <Button variant="subtle" size="compact-sm" loading={busy} onClick={() => claim(true)}>
          {t('callback.take_over')}
        </Button>
      </span>
    )
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
          <Menu.Item
            onClick={() =>
              void act(() => api.delete('/callbacks/{id}/claim', { params: { path } }), t('callback.released_now'))
            }
          >
            {t('callback.release')}
          </Menu.Item>
          <Menu.Item onClick={() => setCancelling(true)}>{t('callback.cancel')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Confirm
        opened={cancelling}
        danger
        title={t('callback.cancel_title', { phone: phone(callback.phone) })}
        action={t('callback.cancel')}
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
