// Which commands to show, in which order. The server's `allowed` decides (src/http/access.rs); this adds what each command asks for.

export const COMMANDS = [
  'assign',
  'accept',
  'start',
  'localize',
  'tell',
  'resume',
  'finish',
  'confirm',
  'hold',
  'decline',
  'reopen',
  'reject',
  'cancel',
  'merge',
] as const
export type Command = (typeof COMMANDS)[number]

export type Need = 'executor' | 'reason' | 'hold' | 'into'

const NEEDS: Partial<Record<Command, Need>> = {
  assign: 'executor',
  hold: 'hold',
  decline: 'reason',
  reject: 'reason',
  cancel: 'reason',
  reopen: 'reason',
  merge: 'into',
}

/** The reasons of a hold that the server takes. */
export const HOLD_REASONS = [
  'no_access',
  'client_asked',
  'parts',
  'contractor',
  'rso',
  'weather',
  'owner_consent',
] as const

const FINAL = new Set<Command>(['reject', 'cancel', 'merge'])

export function commandsOf(allowed: string[]): Command[] {
  return COMMANDS.filter((command) => allowed.includes(command))
}

export function needOf(command: Command): Need | null {
  return NEEDS[command] ?? null
}

export function isFinal(command: Command): boolean {
  return FINAL.has(command)
}

/** The usual next step: the primary button. */
export function forward(commands: Command[]): Command | null {
  const steps: Command[] = ['confirm', 'finish', 'resume', 'start', 'accept', 'assign']
  return steps.find((step) => commands.includes(step)) ?? null
}
