/** After a refused save: focuses the first field with an error, in the topmost dialog, else on the page. */
export function toFirstFault(): void {
  // After React has drawn the errors.
  requestAnimationFrame(() => {
    const place = [...document.querySelectorAll('[role="dialog"]')].at(-1) ?? document.getElementById('main')
    const field = place?.querySelector<HTMLElement>('[aria-invalid="true"]')
    field?.focus()
    field?.scrollIntoView({ block: 'nearest' })
  })
}
