/** A refused save puts the cursor where the first thing is to be mended: in the dialog on top, else on the page. */
export function toFirstFault(): void {
  // After React has drawn the errors.
  requestAnimationFrame(() => {
    const place = [...document.querySelectorAll('[role="dialog"]')].at(-1) ?? document.getElementById('main')
    const field = place?.querySelector<HTMLElement>('[aria-invalid="true"]')
    field?.focus()
    field?.scrollIntoView({ block: 'nearest' })
  })
}
