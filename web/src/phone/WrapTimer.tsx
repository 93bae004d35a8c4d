import { useTranslation } from 'react-i18next'
import { useQueues } from '../nouns/queues/useQueues'
import { timer } from '../ui/format'
import { useNow } from '../ui/Timer'
import type { PhoneUse } from './usePhone'

/** What is left of the after-call work that the call's queue allows; amber in the last quarter. */
export function WrapTimer({ use, queue }: { use: PhoneUse; queue: string | null }) {
  const { t } = useTranslation()
  const now = useNow()
  const queues = useQueues().data
  const since = use.row?.since
  const known = queues?.find((each) => each.name === queue)
  if (since === undefined || known === undefined)
    return <span className="num">{since === undefined ? '' : timer(now - since)}</span>
  const limit = known.wrapup_s * 1000
  const left = limit - (now - since)
  return (
    <span
      className="num"
      title={t('phone.wrap_left')}
      style={left < limit / 4 ? { color: 'var(--ld-soon)' } : undefined}
    >
      {timer(left)}
    </span>
  )
}
