import { useTranslation } from 'react-i18next'
import { useQueues } from './useQueues'

export function useQueueName(): (name: string | null | undefined) => string {
  const { i18n } = useTranslation()
  const queues = useQueues().data
  return (name) => {
    const queue = queues?.find((each) => each.name === name)
    return queue ? (i18n.language === 'en' ? queue.label_en : queue.label_ru) : (name ?? '')
  }
}
