import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ProblemNote, Waiting } from './Wait'
import type { useList } from './useList'

/** Waiting, failed, empty, or rows and "more". */
export function List<T>({
  list,
  empty,
  children,
}: {
  list: ReturnType<typeof useList<T, object>>
  empty: ReactNode
  children: (items: T[]) => ReactNode
}) {
  const { t } = useTranslation()
  return (
    <div className="paper" aria-busy={list.isFetching}>
      {list.isError && (
        <div className="pad">
          <ProblemNote error={list.error} retry={() => void list.refetch()} />
        </div>
      )}
      {list.items === undefined ? (
        list.isError ? null : (
          <Waiting lines={10} />
        )
      ) : list.items.length === 0 ? (
        empty
      ) : (
        children(list.items)
      )}
      {list.hasNextPage && (
        <div className="row pad" style={{ justifyContent: 'center' }}>
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t('do.more_rows')}
          </Button>
        </div>
      )}
    </div>
  )
}
