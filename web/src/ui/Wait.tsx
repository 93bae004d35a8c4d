import { Alert, Button, Skeleton } from '@mantine/core'
import { IconAlertTriangle, IconInbox, IconMapQuestion } from '@tabler/icons-react'
import type { UseQueryResult } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { asProblem } from '../api/problem'
import { remedyOf, saidOfField } from '../i18n'

const PATIENCE_MS = 300

/** Nothing for 300 ms, then a skeleton. */
export function Waiting({ lines = 6, height = 18 }: { lines?: number; height?: number }) {
  const [shown, setShown] = useState(false)
  const { t } = useTranslation()
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [])
  if (!shown) return <div style={{ minHeight: height * 2 }} aria-busy />
  return (
    <div className="stack pad" role="status" aria-label={t('wait.loading')}>
      {Array.from({ length: lines }, (_, index) => (
        <Skeleton key={index} height={height} width={`${96 - ((index * 13) % 38)}%`} />
      ))}
    </div>
  )
}

/** What went wrong, what to do, and a retry. `title`: what did not happen, above why. */
export function ProblemNote({ error, title, retry }: { error: unknown; title?: string; retry?: () => void }) {
  const { t } = useTranslation()
  const problem = asProblem(error)
  const said = remedyOf(t, problem)
  return (
    <Alert
      color="red"
      icon={<IconAlertTriangle size={18} aria-hidden />}
      title={title ?? said.title}
      role="alert"
      variant="light"
    >
      <div className="stack">
        {title && <span>{said.title}</span>}
        {said.remedy && <span>{said.remedy}</span>}
        {problem.errors.length > 0 && (
          <ul style={{ margin: 0, paddingLeft: 18 }}>
            {problem.errors.map((each) => (
              <li key={each.field + each.message}>{saidOfField(t, each)}</li>
            ))}
          </ul>
        )}
        {retry && (
          <div>
            <Button variant="default" onClick={retry}>
              {t('wait.retry')}
            </Button>
          </div>
        )}
      </div>
    </Alert>
  )
}

export function Empty({
  title,
  hint,
  children,
  icon,
}: {
  title: string
  hint?: string
  children?: ReactNode
  icon?: ReactNode
}) {
  return (
    <div className="stack" style={{ alignItems: 'center', textAlign: 'center', padding: '32px 16px' }}>
      <span className="muted" aria-hidden>
        {icon ?? <IconInbox size={32} stroke={1.3} />}
      </span>
      <span className="strong">{title}</span>
      {hint && (
        <span className="muted" style={{ maxWidth: 440, textWrap: 'balance' }}>
          {hint}
        </span>
      )}
      {children}
    </div>
  )
}

/** For a 404: no retry, only a way back. */
function Gone() {
  const { t } = useTranslation()
  return (
    <Empty title={t('wait.gone')} hint={t('wait.gone_hint')} icon={<IconMapQuestion size={32} stroke={1.3} />}>
      <Button variant="default" onClick={() => history.back()}>
        {t('wait.back')}
      </Button>
    </Empty>
  )
}

/** What is shown of a query: waiting, failed, empty or the data. Old data stays on the screen when a refetch fails. */
export function Loaded<T>({
  query,
  lines,
  empty,
  children,
}: {
  query: UseQueryResult<T>
  lines?: number
  empty?: { when: (data: T) => boolean; show: ReactNode }
  children: (data: T) => ReactNode
}) {
  if (query.data === undefined) {
    if (query.isError && asProblem(query.error).status === 404) return <Gone />
    if (query.isError)
      return (
        <div className="pad">
          <ProblemNote error={query.error} retry={() => void query.refetch()} />
        </div>
      )
    return <Waiting lines={lines} />
  }
  return (
    <>
      {query.isError && (
        <div className="pad">
          <ProblemNote error={query.error} retry={() => void query.refetch()} />
        </div>
      )}
      {empty?.when(query.data) ? empty.show : children(query.data)}
    </>
  )
}
