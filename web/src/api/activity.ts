// Is somebody at the screen? A page that asks by itself (hints, retries) must not keep an idle log-in alive.

const ALONE_MS = 60_000

let touched = performance.now()

export function watchActivity(): void {
  const note = () => {
    touched = performance.now()
  }
  for (const event of ['pointerdown', 'keydown', 'wheel']) {
    window.addEventListener(event, note, { capture: true, passive: true })
  }
}

/** Nobody has touched this page for a while. */
export function alone(): boolean {
  return performance.now() - touched > ALONE_MS
}
