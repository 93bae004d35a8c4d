import { Badge } from '@mantine/core'
import {
  IconAddressBook,
  IconBuilding,
  IconClipboardList,
  IconHeadset,
  IconHistory,
  IconInbox,
  IconLayoutDashboard,
  IconPhone,
  IconPhoneCall,
  IconTags,
  IconUsers,
} from '@tabler/icons-react'
import { useLocation } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOpenCallbacks } from '../nouns/callbacks/useOpenCallbacks'
import { useUndisposed } from '../nouns/intakes/useUndisposed'
import type { Me, Page } from '../api/types'
import { paths } from '../paths'
import { Link } from '../ui/Link'
import { canSee, type Place } from './can'
import css from './Layout.module.css'

export const PLACES: { place: Place; path: string; Icon: typeof IconHeadset }[] = [
  { place: 'desk', path: paths.desk(), Icon: IconHeadset },
  { place: 'board', path: paths.board(), Icon: IconLayoutDashboard },
  { place: 'tickets', path: paths.tickets(), Icon: IconClipboardList },
  { place: 'callbacks', path: paths.callbacks(), Icon: IconPhoneCall },
  { place: 'intakes', path: paths.intakes(), Icon: IconInbox },
  { place: 'calls', path: paths.calls(), Icon: IconPhone },
  { place: 'contacts', path: paths.contacts(), Icon: IconAddressBook },
  { place: 'buildings', path: paths.buildings(), Icon: IconBuilding },
  { place: 'classifiers', path: paths.classifiers(), Icon: IconTags },
  { place: 'people', path: paths.people(), Icon: IconUsers },
  { place: 'audit', path: paths.audit(), Icon: IconHistory },
]

/** How many callbacks and intakes are open, beside the page. */
function useFollowUps(me: Me): Partial<Record<Place, Page<unknown>>> {
  return {
    callbacks: useOpenCallbacks(canSee(me, 'callbacks')).data,
    intakes: useUndisposed(canSee(me, 'intakes')).data,
  }
}

export function Nav({ me, onGo }: { me: Me; onGo?: () => void }) {
  const { t } = useTranslation()
  const here = useLocation({ select: (location) => location.pathname })
  const open = useFollowUps(me)
  return (
    <nav aria-label={t('shell.pages')} className="stack" style={{ gap: 2 }}>
      {PLACES.filter(({ place }) => canSee(me, place)).map(({ place, path, Icon }) => {
        const list = open[place]
        const count = list?.items.length ?? 0
        return (
          <Link
            key={place}
            to={path}
            plain
            className={css.link}
            aria-current={here.startsWith(path) ? 'page' : undefined}
            onClick={onGo}
          >
            <Icon size={18} stroke={1.7} aria-hidden />
            <span className="grow">{t(`place.${place}`)}</span>
            {count > 0 && (
              <Badge size="sm" variant="filled" className="num" aria-label={t('shell.open_items', { count })}>
                {count}
                {list?.next ? '+' : ''}
              </Badge>
            )}
          </Link>
        )
      })}
    </nav>
  )
}
