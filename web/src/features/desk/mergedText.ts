// Two people change one text at once: what each of them wrote is there once, what either took out is gone. Pure.

/** A word or a mark, and the white space before it. */
interface Word {
  gap: string
  text: string
  /** Instead of no gap at all, where two words would become one. */
  apart?: string
}

interface Words {
  list: Word[]
  /** White space after the last word. */
  end: string
}

/** What became of the words of the base in one of the two texts. */
interface Change {
  /** By the word of the base: the gap before it there; null: the word was taken out. */
  gaps: (string | null)[]
  /** New words, by the place in the base before which they stand. */
  added: Word[][]
  end: string
}

const WORD = /[\p{L}\p{N}]/u

/** Beyond so many words taken out or put in, everything between the first and the last change counts as written anew. */
const MOST_CHANGES = 1500

export function mergedText(base: string, mine: string, theirs: string): string {
  if (mine === theirs || theirs === base) return mine
  if (mine === base) return theirs
  const from = words(base)
  const [ours, others] = [changed(from, words(mine)), changed(from, words(theirs))]
  const result: Word[] = []
  from.list.forEach((word, at) => {
    const [left, right] = [ours.gaps[at] ?? null, others.gaps[at] ?? null]
    const gap = left === null || right === null ? null : chosen(word.gap, left, right)
    result.push(...both(ours.added[at] ?? [], others.added[at] ?? [], (gap ?? '').includes('\n')))
    if (gap !== null) result.push({ gap, text: word.text, apart: left || right || word.gap })
  })
  const text = joined([...result, ...last(from, ours, others)])
  return /^\s/.test(mine) || /^\s/.test(theirs) ? text : text.trimStart()
}

/** What stands at the end. Who pressed Space or Enter there goes on typing at that place, so it stays before a new line of the other. */
function last(from: Words, ours: Change, others: Change): Word[] {
  const at = from.list.length
  const [mine, theirs] = [ours.added[at] ?? [], others.added[at] ?? []]
  const end = chosen(from.end, ours.end, others.end)
  for (const [added, waits, other] of [
    [theirs, ours, mine],
    [mine, others, theirs],
  ] as const) {
    const [first, ...rest] = added
    if (!first?.gap.includes('\n') || other.length > 0 || waits.end === from.end) continue
    return [
      { ...first, gap: waits.end + first.gap },
      ...rest,
      { gap: added === mine ? ours.end : others.end, text: '' },
    ]
  }
  return [...both(mine, theirs, true), { gap: end, text: '' }]
}

/** Every word that `sent` added to `base` is in `theirs` too: whoever wrote that had read it. */
export function holds(theirs: string, sent: string, base: string): boolean {
  const [before, after, now] = [base, sent, theirs].map((text) => words(text).list.map((word) => word.text))
  const old = new Set(common(before ?? [], after ?? []))
  const kept = common(after ?? [], now ?? [])
  const added = kept.filter((_, at) => !old.has(at))
  return added.length > 0 && added.every((place) => place !== null)
}

function chosen(base: string, mine: string, theirs: string): string {
  return mine === base ? theirs : mine
}

/** Added by both at one place: who goes on in the line comes before who began a new one; else theirs first. */
function both(mine: Word[], theirs: Word[], lineEnds: boolean): Word[] {
  if (beginsWith(mine, theirs)) return mine
  if (beginsWith(theirs, mine)) return theirs
  const [first, second] = nearness(mine) < nearness(theirs) ? [mine, theirs] : [theirs, mine]
  const [next, ...rest] = second
  if (!next || nearness(second) === 2) return [...first, ...second]
  return [...first, { ...next, gap: lineEnds ? '\n' : next.gap || ' ' }, ...rest]
}

/** How much it belongs to what stands before: a mark, a word, a line. */
function nearness([first]: Word[]): 0 | 1 | 2 {
  if (first?.gap.includes('\n')) return 2
  return first?.gap === '' && !WORD.test(first.text) ? 0 : 1
}

function beginsWith(list: Word[], start: Word[]): boolean {
  return start.every(({ text }, at) => list[at]?.text === text)
}

function joined(list: Word[]): string {
  const parts = list.map(({ gap, text, apart }, at) => {
    const fused = gap === '' && WORD.test(text) && WORD.test(list[at - 1]?.text ?? '')
    return (fused ? apart || ' ' : gap) + text
  })
  return parts.join('')
}

function words(text: string): Words {
  const list = [...text.matchAll(/(\s*)([\p{L}\p{N}]+|\S)/gu)].map(([, gap = '', word = '']) => ({ gap, text: word }))
  return { list, end: /\s*$/.exec(text)?.[0] ?? '' }
}

function changed(from: Words, to: Words): Change {
  const kept = common(
    from.list.map(({ text }) => text),
    to.list.map(({ text }) => text),
  )
  const change: Change = { gaps: [], added: [], end: to.end }
  let next = 0
  for (let at = 0; at <= from.list.length; at += 1) {
    const there = at < from.list.length ? (kept[at] ?? null) : to.list.length
    // New words instead of old ones stand before the first of these.
    const upTo = there ?? kept.slice(at).find((each) => each !== null) ?? to.list.length
    change.added.push(to.list.slice(next, upTo))
    next = there === null ? upTo : there + 1
    if (at < from.list.length) change.gaps.push(there === null ? null : (to.list[there]?.gap ?? ''))
  }
  return change
}

/** By the place in `a`: the place in `b` of the same word, in a longest common subsequence; null: it is not there. */
function common(a: string[], b: string[]): (number | null)[] {
  const found = a.map((): number | null => null)
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) found[start] = start++
  let [endA, endB] = [a.length, b.length]
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) found[--endA] = --endB
  for (const [left, right] of shortestEdit(a.slice(start, endA), b.slice(start, endB)))
    found[start + left] = start + right
  return found
}

/** The pairs that stay, by the greedy algorithm of Myers (1986). */
function shortestEdit(a: string[], b: string[]): [number, number][] {
  const most = Math.min(a.length + b.length, MOST_CHANGES)
  // By the diagonal, a place less a place: how far one came in `a`.
  const reached = new Int32Array(2 * most + 3)
  const rounds: Int32Array[] = []
  const at = (diagonal: number) => diagonal + most + 1
  for (let edits = 0; edits <= most; edits += 1) {
    rounds.push(reached.slice(at(-edits - 1), at(edits + 1) + 1))
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const [below, above] = [reached[at(diagonal - 1)] ?? 0, reached[at(diagonal + 1)] ?? 0]
      let left = diagonal === -edits || (diagonal !== edits && below < above) ? above : below + 1
      while (left < a.length && left - diagonal < b.length && a[left] === b[left - diagonal]) left += 1
      reached[at(diagonal)] = left
      if (left >= a.length && left - diagonal >= b.length) return walkedBack(rounds, a.length, b.length)
    }
  }
  return []
}

function walkedBack(rounds: Int32Array[], endA: number, endB: number): [number, number][] {
  const pairs: [number, number][] = []
  let [left, right] = [endA, endB]
  for (let edits = rounds.length - 1; edits >= 0; edits -= 1) {
    const before = (diagonal: number) => rounds[edits]?.[diagonal + edits + 1] ?? 0
    const diagonal = left - right
    const down = diagonal === -edits || (diagonal !== edits && before(diagonal - 1) < before(diagonal + 1))
    const came = edits === 0 ? 0 : before(down ? diagonal + 1 : diagonal - 1)
    const stop = edits === 0 ? 0 : down ? came : came + 1
    while (left > stop) pairs.push([--left, --right])
    ;[left, right] = [came, came - (down ? diagonal + 1 : diagonal - 1)]
  }
  return pairs
}
