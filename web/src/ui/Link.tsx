import { useNavigate } from '@tanstack/react-router'
import type { AnchorHTMLAttributes, MouseEvent, ReactNode } from 'react'

interface Props extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> {
  /** From paths.ts. */
  to: string
  plain?: boolean
  children: ReactNode
}

/** A real link (middle click, copy) that does not reload the page. */
export function Link({ to, plain, className, onClick, ...rest }: Props) {
  const navigate = useNavigate()
  const go = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event)
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return
    event.preventDefault()
    void navigate({ href: to })
  }
  return (
    <a href={to} className={[plain ? 'plain' : 'link', className].filter(Boolean).join(' ')} onClick={go} {...rest} />
  )
}

/** Navigation from code. */
export function useGo(): (to: string, options?: { replace?: boolean }) => void {
  const navigate = useNavigate()
  return (to, options) => void navigate({ href: to, replace: options?.replace ?? false })
}
