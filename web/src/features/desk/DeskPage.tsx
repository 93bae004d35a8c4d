import { IconMoodSmile } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useOpenCallbacks } from '../../nouns/callbacks/useOpenCallbacks'
import { useUndisposed } from '../../nouns/intakes/useUndisposed'
import { owedList, OwedTable } from '../../nouns/owed/OwedTable'
import { paths } from '../../paths'
import { usePhone } from '../../phone/usePhone'
import { useGo } from '../../ui/Link'
import { usePageTitle } from '../../ui/PageFrame'
import { useUrl } from '../../ui/url'
import { Empty, Loaded } from '../../ui/Wait'
import { Conversation } from './Conversation'

/** The conversation in progress, and what is owed. */
export function DeskPage() {
  const { t } = useTranslation()
  usePageTitle(t('place.desk'))
  const [url] = useUrl()
  const use = usePhone()
  const go = useGo()
  const current = use?.call ?? null
  // Only a new call moves the desk: someone who looks at an older call is not pulled away by a re-render.
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
      <Owed />
    </div>
  )
}

function Owed() {
  const { t } = useTranslation()
  const callbacks = useOpenCallbacks()
  const intakes = useUndisposed()
  return (
    <section className="paper" aria-labelledby="owed-title">
      <h2 id="owed-title">{t('owed.title')}</h2>
      <Loaded query={callbacks}>
        {(open) => (
          <Loaded query={intakes}>
            {(undisposed) => {
              const list = owedList(open.items, undisposed.items)
              return list.length === 0 ? (
                <Empty
                  title={t('owed.none')}
                  hint={t('owed.none_hint')}
                  icon={<IconMoodSmile size={32} stroke={1.3} />}
                />
              ) : (
                <OwedTable list={list} />
              )
            }}
          </Loaded>
        )}
      </Loaded>
    </section>
  )
}
