// A recording under a legal hold is not deleted when its time is over.

import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { freshen } from '../../api/query'
import type { Recording } from '../../api/types'
import { LINE, oneLine } from '../../ui/limits'
import { When } from '../../ui/Small'
import { toast } from '../../ui/toast'
import { useMyself } from '../me/myself'

export function LegalHold({ recording }: { recording: Recording }) {
  const { t } = useTranslation()
  const may = useMyself().permissions.includes('recordings.hold')
  const [asking, setAsking] = useState(false)
  const [reason, setReason] = useState('')
  const path = { params: { path: { id: recording.id } } }
  const change = async (send: () => Promise<unknown>) => {
    try {
      await send()
      setAsking(false)
      setReason('')
    } catch (error) {
      toast.failed(error)
    } finally {
      freshen('recordings')
    }
  }
  if (recording.held_at)
    return (
      <div className="row small" style={{ marginBottom: 6 }}>
        <span>
          {t('recording.held', { reason: recording.held_reason ?? '' })} <When at={recording.held_at} />
        </span>
        {may && (
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => void change(() => api.delete('/recordings/{id}/legal-hold', path))}
          >
            {t('recording.lift_hold')}
          </Button>
        )}
      </div>
    )
  if (!may) return null
  if (!asking)
    return (
      <div style={{ marginBottom: 6 }}>
        <Button size="compact-xs" variant="subtle" onClick={() => setAsking(true)}>
          {t('recording.hold')}
        </Button>
      </div>
    )
  const sent = oneLine(reason).trim()
  return (
    <form
      className="row"
      style={{ marginBottom: 6, alignItems: 'flex-end' }}
      onSubmit={(event) => {
        event.preventDefault()
        void change(() => api.put('/recordings/{id}/legal-hold', { ...path, body: { reason: sent } }))
      }}
    >
      <TextInput
        size="xs"
        style={{ flex: 1 }}
        label={t('recording.hold_reason')}
        maxLength={LINE}
        data-autofocus
        autoFocus
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Button size="xs" type="submit" disabled={sent === ''}>
        {t('recording.hold')}
      </Button>
      <Button size="xs" variant="default" onClick={() => setAsking(false)}>
        {t('do.cancel')}
      </Button>
    </form>
  )
}
