/** After a refused save: focuses the first field with an error, in the topmost dialog, else on the page. */
export function toFirstFault(frames = 60): void {
  // After React has drawn the errors, which may take more than a frame.
  requestAnimationFrame(() => {
    const place = [...document.querySelectorAll('[role="dialog"]')].at(-1) ?? document.getElementById('main')
    const field = place?.querySelector<HTMLElement>('[aria-invalid="true"]')
    if (!field && frames > 0) return toFirstFault(frames - 1)
    field?.focus()
    field?.scrollIntoView({ block: 'nearest' })
  })
}
