// An address with a ticket's number, as a person types it: opens the ticket, or says that there is none.

import { Button } from '@mantine/core'
import { IconMapQuestion } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useEffectEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { paths } from '../../paths'
import { useGo } from '../../ui/Link'
import { usePageTitle } from '../../ui/PageFrame'
import { Empty, Loaded } from '../../ui/Wait'

export function TicketByNumber({ number }: { number: string }) {
  usePageTitle(`№ ${number}`)
  const found = useQuery({
    queryKey: ['tickets', 'number', number],
    queryFn: async () => {
      const { items } = await api.get('/tickets', { params: { query: { q: number, limit: 20 } } })
      return items.find((ticket) => ticket.number === number)?.id ?? null
    },
  })
  return <Loaded query={found}>{(id) => (id === null ? <None number={number} /> : <Opened key={id} id={id} />)}</Loaded>
}

function Opened({ id }: { id: string }) {
  const go = useGo()
  const open = useEffectEvent(() => go(paths.ticket(id), { replace: true }))
  useEffect(() => open(), [])
  return null
}

function None({ number }: { number: string }) {
  const { t } = useTranslation()
  const go = useGo()
  return (
    <Empty
      title={t('ticket.no_number', { number })}
      hint={t('ticket.no_number_hint')}
      icon={<IconMapQuestion size={32} stroke={1.3} />}
    >
      <Button variant="default" onClick={() => go(paths.tickets({ state: 'all', q: number }), { replace: true })}>
        {t('ticket.search_number', { number })}
      </Button>
    </Empty>
  )
}
