import { Button, SegmentedControl, Textarea } from '@mantine/core'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { freshen } from '../../api/query'
import type { Visibility } from '../../api/types'
import { useDraft } from '../../ui/drafts'
import { excess, TEXT } from '../../ui/limits'
import { useKeys } from '../../ui/keys'
import { toast } from '../../ui/toast'

export function CommentForm({ ticket }: { ticket: string }) {
  const { t } = useTranslation()
  const draft = useDraft<string>(`comment.${ticket}`, () => '')
  const [visibility, setVisibility] = useState<Visibility>('internal')
  const [busy, setBusy] = useState(false)
  // sent again when no answer came, it is one comment
  const sending = useRef<{ id: string; text: string } | null>(null)
  const over = excess(draft.value, TEXT)
  const send = async () => {
    if (draft.value.trim() === '' || busy || over > 0) return
    setBusy(true)
    const text = draft.value.trim()
    if (sending.current?.text !== text + visibility)
      sending.current = { id: crypto.randomUUID(), text: text + visibility }
    try {
      await api.post('/tickets/{id}/comments', {
        params: { path: { id: ticket } },
        body: { id: sending.current.id, visibility, text },
      })
      sending.current = null
      draft.clear()
      freshen('tickets')
    } catch (error) {
      toast.failed(error)
    } finally {
      setBusy(false)
    }
  }
  useKeys([
    {
      keys: ['alt+KeyS', 'ctrl+Enter'],
      label: t('comment.send'),
      enabled: draft.value.trim() !== '',
      run: () => void send(),
    },
  ])
  return (
    <div className="stack pad" style={{ borderBottom: '1px solid var(--ld-line)' }}>
      <Textarea
        aria-label={t('comment.text')}
        placeholder={t('comment.hint')}
        error={over > 0 ? t('form.too_long', { count: over }) : undefined}
        autosize
        minRows={1}
        maxRows={8}
        value={draft.value}
        onChange={(event) => draft.set(event.currentTarget.value)}
      />
      {draft.value !== '' && (
        <div className="row wrap between">
          <SegmentedControl
            size="xs"
            aria-label={t('comment.visibility')}
            value={visibility}
            onChange={setVisibility}
            data={[
              { value: 'internal', label: t('comment.internal') },
              { value: 'client', label: t('comment.client') },
            ]}
          />
          <Button loading={busy} onClick={() => void send()}>
            {t('comment.send')}
            <span className="key-hint">Alt S</span>
          </Button>
        </div>
      )}
    </div>
  )
}
