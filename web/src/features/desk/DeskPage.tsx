import { IconMoodSmile } from '@tabler/icons-react'
import { skipToken, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { useOpenCallbacks } from '../../nouns/callbacks/useOpenCallbacks'
import { saidBy } from '../../nouns/dispositions/choice'
import { useMyself } from '../../nouns/me/myself'
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
  const shown = useShown(url.call)
  const go = useGo()
  return (
    <div className="stack" style={{ gap: 14 }}>
      <h1 className="visually-hidden">{t('place.desk')}</h1>
      {shown && <Conversation key={shown} id={shown} onClose={() => go(paths.desk())} />}
      <FollowUp />
    </div>
  )
}

/** The call that was opened; else the one in hand. A call that rings is shown where nothing is being done, and moves nobody:
 * that is for the answer (Layout). */
function useShown(opened: string | undefined): string | undefined {
  const use = usePhone()
  const me = useMyself().id
  const current = use?.call ?? undefined
  const ringing = use?.stage === 'ringing' ? current : undefined
  // Looked at once for each ring: whoever begins to type while it rings is not moved either.
  const [rung, setRung] = useState<{ call: string | undefined; quiet: boolean }>({ call: undefined, quiet: false })
  if (rung.call !== ringing) setRung({ call: ringing, quiet: !occupied() })
  const card = useQuery({
    queryKey: ['cards', opened],
    queryFn: opened === undefined ? skipToken : () => api.get('/calls/{id}/card', { params: { path: { id: opened } } }),
  }).data
  const finished = opened === undefined || (card !== undefined && saidBy(me, card) !== null)
  if (ringing !== undefined) return finished && rung.quiet ? ringing : opened
  return opened ?? current
}

/** Somebody types, or has a dialog open. */
function occupied(): boolean {
  return (
    document.querySelector('[role="dialog"]') !== null ||
    document.activeElement?.matches('input, textarea, select, [contenteditable="true"]') === true
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
