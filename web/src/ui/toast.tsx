// Short notices of what just happened, with an undo where there is one.

import { Button, CloseButton } from '@mantine/core'
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { asProblem } from '../api/problem'
import { remedyOf, saidOfField } from '../i18n'

interface Toast {
  id: number
  kind: 'done' | 'failed'
  text: string
  error?: unknown
  action?: { label: string; run: () => void }
}

const SHOWN_MS = 6000
const LIMIT = 4
let toasts: Toast[] = []
let serial = 0
const watchers = new Set<() => void>()

function set(next: Toast[]): void {
  toasts = next
  for (const watcher of watchers) watcher()
}

function add(toast: Omit<Toast, 'id'>): void {
  serial += 1
  const id = serial
  set([...toasts, { ...toast, id }].slice(-LIMIT))
  setTimeout(() => close(id), toast.kind === 'failed' ? SHOWN_MS * 2 : SHOWN_MS)
}

function close(id: number): void {
  set(toasts.filter((toast) => toast.id !== id))
}

export const toast = {
  done: (text: string, action?: Toast['action']) => add({ kind: 'done', text, action }),
  failed: (error: unknown) => add({ kind: 'failed', text: '', error }),
}

export function Toasts() {
  const { t } = useTranslation()
  const list = useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => toasts,
  )
  return (
    <div
      aria-live="polite"
      className="toasts"
      style={{
        position: 'fixed',
        right: 16,
        zIndex: 400,
        display: 'flex',
        flexDirection: 'column',
        gap: 8,
        maxWidth: 'min(420px, calc(100vw - 32px))',
      }}
    >
      {list.map((each) => {
        const said = each.kind === 'failed' ? remedyOf(t, asProblem(each.error)) : null
        return (
          <div
            key={each.id}
            className="paper row pad"
            style={{
              boxShadow: 'var(--mantine-shadow-md)',
              borderLeft: `4px solid var(${each.kind === 'failed' ? '--ld-breach' : '--ld-accent'})`,
            }}
          >
            {each.kind === 'failed' ? (
              <IconAlertTriangle size={18} color="var(--ld-breach)" aria-hidden />
            ) : (
              <IconCheck size={18} color="var(--ld-accent)" aria-hidden />
            )}
            <div className="grow">
              <div>{said ? said.title : each.text}</div>
              {asProblem(each.error).errors.map((error) => (
                <div key={error.field + error.message} className="small">
                  {saidOfField(t, error)}
                </div>
              ))}
              {said?.remedy && <div className="muted small">{said.remedy}</div>}
            </div>
            {each.action && (
              <Button
                variant="subtle"
                onClick={() => {
                  each.action?.run()
                  close(each.id)
                }}
              >
                {each.action.label}
              </Button>
            )}
            <CloseButton size="sm" aria-label={t('do.close')} onClick={() => close(each.id)} />
          </div>
        )
      })}
    </div>
  )
}
