// Compiles only while types.ts says what the server's OpenAPI document says. No code comes of it.

import type { components } from './generated'
import type * as ours from './types'

type Server = components['schemas']

/** The document writes "always there, may be null" as optional; the server always sends the field. */
type Firm<T> = T extends (infer Item)[]
  ? Firm<Item>[]
  : T extends object
    ? { [Key in keyof T]-?: Firm<Exclude<T[Key], undefined>> }
    : T

/** We name the words of a field where the server says string. */
type Loose<T> = T extends string
  ? string
  : T extends [number, number]
    ? number[]
    : T extends (infer Item)[]
      ? Loose<Item>[]
      : T extends object
        ? { [Key in keyof T]: Loose<T[Key]> }
        : T

type Same<Theirs, Mine> = Firm<Theirs> extends Loose<Mine> ? true : { server: Firm<Theirs>; mine: Loose<Mine> }

type Holds<_Each extends true> = never

export type Contract =
  | Holds<Same<Server['About'], ours.About>>
  | Holds<Same<Server['Agent'], ours.Agent>>
  | Holds<Same<Server['Call'], ours.Call>>
  | Holds<Same<Server['CallPage'], ours.CallPage>>
  | Holds<Same<Server['Callback'], ours.Callback>>
  | Holds<Same<Server['Card'], ours.Card>>
  | Holds<Same<Server['Building'], ours.Building>>
  | Holds<Same<Server['BuildingLine'], ours.BuildingLine>>
  | Holds<Same<Server['Classifier'], ours.ClassifierRecord>>
  | Holds<Same<Server['ClassifierLine'], ours.Classifier>>
  | Holds<Same<Server['Clock'], ours.Clock>>
  | Holds<Same<Server['Comment'], ours.TicketComment>>
  | Holds<Same<Server['Contact'], ours.Contact>>
  | Holds<Same<Server['DispositionLine'], ours.Disposition>>
  | Holds<Same<Server['Executor'], ours.Executor>>
  | Holds<Same<Server['Intake'], ours.Intake>>
  | Holds<Same<Server['Me'], ours.Me>>
  | Holds<Same<Server['Peaks'], ours.Peaks>>
  | Holds<Same<Server['Person'], ours.Person>>
  | Holds<Same<Server['Queue'], ours.Queue>>
  | Holds<Same<Server['Recording'], ours.Recording>>
  | Holds<Same<Server['Ticket'], ours.Ticket>>
  | Holds<Same<Server['TicketLine'], ours.TicketLine>>
  | Holds<Same<Server['UnitLine'], ours.UnitLine>>
