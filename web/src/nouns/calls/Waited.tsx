import { useTranslation } from 'react-i18next'
import type { Call, CallPart } from '../../api/types'
import { timer } from '../../ui/format'
import { useNow } from '../../ui/Timer'
import { useQueueName } from '../queues/useQueueName'
import { waited, waitsOf } from './waits'

/** How long the caller waited in all; with a transfer also wait by wait. */
export function Waited({ call, parts }: { call: Call; parts: CallPart[] }) {
  const { t } = useTranslation()
  const queueName = useQueueName()
  const now = useNow()
  const waits = waitsOf(call, parts)
  return (
    <>
      <span className="num">{timer(waited(waits, now))}</span>
      {waits.length > 1 &&
        waits.map((wait) => (
          <div key={wait.from} className="muted small">
            <span className="num">{timer(waited([wait], now))}</span>{' '}
            {wait.after === null
              ? t('call.waited_queue', { queue: queueName(wait.queue) || t('call.queue') })
              : t('call.waited_after', { name: wait.after })}
          </div>
        ))}
    </>
  )
}
