import { IconMoodSmile } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useOpenCallbacks } from '../../nouns/callbacks/useOpenCallbacks'
import { useUndisposed } from '../../nouns/intakes/useUndisposed'
import { followUps, FollowUpTable } from '../../nouns/followups/FollowUpTable'
import { paths } from '../../paths'
import { usePhone } from '../../phone/usePhone'
import { useGo } from '../../ui/Link'
import { usePageTitle } from '../../ui/PageFrame'
import { useUrl } from '../../ui/url'
import { Empty, Loaded } from '../../ui/Wait'
import { Conversation } from './Conversation'

/** The conversation in progress, and the callbacks and intakes to follow up. */
export function DeskPage() {
  const { t } = useTranslation()
  usePageTitle(t('place.desk'))
  const [url] = useUrl()
  const use = usePhone()
  const go = useGo()
  const current = use?.call ?? null
  // Only a new call changes the page: someone looking at an older call stays there after a re-render.
  const seen = useRef<string | null>(null)
  useEffect(() => {
    if (current === null || current === seen.current) return
    seen.current = current
    if (url.call !== current) go(paths.desk(current), { replace: true })
  }, [current, url.call, go])
  return (
    <div className="stack" style={{ gap: 14 }}>
      <h1 className="visually-hidden">{t('place.desk')}</h1>
      {url.call && <Conversation key={url.call} id={url.call} onClose={() => go(paths.desk())} />}
      <FollowUp />
    </div>
  )
}

function FollowUp() {
  const { t } = useTranslation()
  const callbacks = useOpenCallbacks()
  const intakes = useUndisposed()
  return (
    <section className="paper" aria-labelledby="followup-title">
      <h2 id="followup-title">{t('followup.title')}</h2>
      <Loaded query={callbacks}>
        {(open) => (
          <Loaded query={intakes}>
            {(undisposed) => {
              const list = followUps(open.items, undisposed.items)
              return list.length === 0 ? (
                <Empty
                  title={t('followup.none')}
                  hint={t('followup.none_hint')}
                  icon={<IconMoodSmile size={32} stroke={1.3} />}
                />
              ) : (
                <FollowUpTable list={list} />
              )
            }}
          </Loaded>
        )}
      </Loaded>
    </section>
  )
}
