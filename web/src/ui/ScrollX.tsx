import { type ReactNode, useEffect, useRef, useState } from 'react'

/** Wide tables scroll in their own box, which takes the focus only then (for the arrow keys). */
export function ScrollX({ children }: { children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null)
  const [wide, setWide] = useState(false)
  useEffect(() => {
    const element = box.current
    if (!element) return
    const look = () => setWide(element.scrollWidth > element.clientWidth + 1)
    const watcher = new ResizeObserver(look)
    watcher.observe(element)
    if (element.firstElementChild) watcher.observe(element.firstElementChild)
    return () => watcher.disconnect()
  }, [])
  return (
    <div ref={box} className="scroll-x" tabIndex={wide ? 0 : undefined}>
      {children}
    </div>
  )
}
