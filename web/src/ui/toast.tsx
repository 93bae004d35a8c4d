// Short notices of what just happened, with an undo where there is one.

import { Button, CloseButton } from '@mantine/core'
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { asProblem } from '../api/problem'
import { remedyOf, saidOfField } from '../i18n'

interface Toast {
  id: number
  /** `refused`: what was asked for cannot be done now. */
  kind: 'done' | 'failed' | 'refused'
  text: string
  error?: unknown
  action?: { label: string; run: () => void }
}

const COLORS = { done: '--ld-accent', refused: '--ld-soon', failed: '--ld-breach' }
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
  const others = toast.kind === 'refused' ? toasts.filter(({ kind }) => kind !== 'refused') : toasts
  set([...others, { ...toast, id }].slice(-LIMIT))
  setTimeout(() => close(id), toast.kind === 'done' ? SHOWN_MS : SHOWN_MS * 2)
}

function close(id: number): void {
  set(toasts.filter((toast) => toast.id !== id))
}

export const toast = {
  done: (text: string, action?: Toast['action']) => add({ kind: 'done', text, action }),
  refused: (text: string) => add({ kind: 'refused', text }),
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
            style={{ boxShadow: 'var(--mantine-shadow-md)', borderLeft: `4px solid var(${COLORS[each.kind]})` }}
          >
            {each.kind === 'done' ? (
              <IconCheck size={18} color={`var(${COLORS.done})`} aria-hidden />
            ) : (
              <IconAlertTriangle size={18} color={`var(${COLORS[each.kind]})`} aria-hidden />
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
