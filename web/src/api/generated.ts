// Made by `npm run types` from ../openapi.json; not edited by hand.

export interface paths {
  '/about': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_about']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/agents': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_agents']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/agents/{id}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_agents_id']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/agents/{id}/intervals': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_agents_id_intervals']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/agents/{id}/status': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get?: never
    put: operations['put_agents_id_status']
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/audit': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    /** Who read, searched, changed, played or tried what, newest first. What was asked a moment ago is in it. */
    get: operations['get_audit']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/board': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_board']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/buildings': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_buildings']
    put?: never
    post: operations['post_buildings']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/buildings/{id}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_buildings_id']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch: operations['patch_buildings_id']
    trace?: never
  }
  '/buildings/{id}/grid': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get?: never
    /** Replaces everything inside the building; answers 409 `in-use` when residents or tickets point at what would go. */
    put: operations['put_buildings_id_grid']
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/callbacks': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_callbacks']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/callbacks/{id}/claim': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get?: never
    /**
     * Takes a callback, and with it what else is owed to its number. It is everybody's again after fifteen minutes, or when its
     *     owner leaves.
     */
    put: operations['put_callbacks_id_claim']
    post?: never
    /** Gives a callback back to everybody: the own, a supervisor any. */
    delete: operations['delete_callbacks_id_claim']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/callbacks/{id}/state': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get?: never
    put: operations['put_callbacks_id_state']
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/calls': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_calls']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/calls/{id}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_calls_id']
    put?: never
    post?: never
    delete: operations['delete_calls_id']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/calls/{id}/card': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_calls_id_card']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/calls/{id}/contact': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get?: never
    put: operations['put_calls_id_contact']
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/calls/{id}/disposition': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get?: never
    put: operations['put_calls_id_disposition']
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/calls/{id}/draft': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    /** What is written down so far. */
    get: operations['get_calls_id_draft']
    /** Written as it is typed, over the version that was read. Those who take part in the call are told by the live channel. */
    put: operations['put_calls_id_draft']
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/calls/{id}/hold': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get?: never
    put: operations['put_calls_id_hold']
    post?: never
    delete: operations['delete_calls_id_hold']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/calls/{id}/transfer': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get?: never
    put?: never
    post: operations['post_calls_id_transfer']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/classifiers': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_classifiers']
    put?: never
    post: operations['post_classifiers']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/classifiers/{id}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_classifiers_id']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    /** Tickets that have it keep their clocks. */
    patch: operations['patch_classifiers_id']
    trace?: never
  }
  '/contacts': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_contacts']
    put?: never
    post: operations['post_contacts']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/contacts/{id}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_contacts_id']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch: operations['patch_contacts_id']
    trace?: never
  }
  '/contacts/{id}/erase': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get?: never
    put?: never
    /**
     * Erases a client's data: card, phones, relations to units; name and number in tickets, calls, intakes, callbacks and their
     *     histories; recordings. Tickets and calls stay with numbers, times and addresses. It cannot be undone; asked again, it gives
     *     the same.
     */
    post: operations['post_contacts_id_erase']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/contacts/{id}/erasure': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    /**
     * What an erasure would take and leave, and what stands against it. For who may erase and does not see clients' cards: the name
     *     is masked.
     */
    get: operations['get_contacts_id_erasure']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/contacts/{id}/merge': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get?: never
    put?: never
    /**
     * The contact is the same client as another, and goes into it: phones, units, note, tickets, calls, intakes and callbacks. Its
     *     id stays, and leads to the other. Gives the one that remains; asked again, it gives the same.
     */
    post: operations['post_contacts_id_merge']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/contacts/{id}/timeline': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_contacts_id_timeline']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/dispositions': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_dispositions']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/executors': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_executors']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/intakes': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_intakes']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/intakes/{id}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_intakes_id']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/intakes/{id}/disposition': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get?: never
    put: operations['put_intakes_id_disposition']
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/live': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_live']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/login': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get?: never
    put?: never
    /** Logs in by the password, if that is enough; else a second factor is asked for. */
    post: operations['post_login']
    delete: operations['delete_login']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/login/second-factor': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get?: never
    put?: never
    /** The second step of a log-in. A code is accepted once, a challenge for five minutes. */
    post: operations['post_login_second-factor']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/logins': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_logins']
    put?: never
    post?: never
    /** Logs out everywhere, here too. */
    delete: operations['delete_logins']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/logins/{id}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get?: never
    put?: never
    post?: never
    delete: operations['delete_logins_id']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/me': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_me']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/password': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get?: never
    /** A new password of one's own. It ends all other log-ins and all API tokens. */
    put: operations['put_password']
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/people': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    /** Administrators see everybody. Who gives out tickets may ask for `role=technician`: active ones, without their logins. */
    get: operations['get_people']
    put?: never
    post: operations['post_people']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/people/{id}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get?: never
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch: operations['patch_people_id']
    trace?: never
  }
  '/people/{id}/logins': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_people_id_logins']
    put?: never
    post?: never
    /** Ends all log-ins of a person; API tokens stay. */
    delete: operations['delete_people_id_logins']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/people/{id}/second-factor': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_people_id_second-factor']
    put?: never
    post?: never
    /** The person lost it: the password alone logs in, until another one is set up. Ends their log-ins. */
    delete: operations['delete_people_id_second-factor']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/people/{id}/tokens': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_people_id_tokens']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/people/{id}/tokens/{token}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get?: never
    put?: never
    post?: never
    delete: operations['delete_people_id_tokens_token']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/queues': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_queues']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/recordings': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_recordings']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/recordings/{id}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_recordings_id']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/recordings/{id}/audio': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_recordings_id_audio']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/recordings/{id}/legal-hold': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get?: never
    /** The recording is not deleted until the hold is lifted. */
    put: operations['put_recordings_id_legal-hold']
    post?: never
    /** Lifts the legal hold. */
    delete: operations['delete_recordings_id_legal-hold']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/recordings/{id}/peaks': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_recordings_id_peaks']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/second-factor': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_second-factor']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/second-factor/keys': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get?: never
    /** The key has answered: from now on it can be asked for. Ends all other log-ins. */
    put: operations['put_second-factor_keys']
    /** Asks for a security key. It counts as soon as it has answered, within five minutes. */
    post: operations['post_second-factor_keys']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/second-factor/keys/{id}/removal': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get?: never
    put?: never
    /** The key does not count any more. */
    post: operations['post_second-factor_keys_id_removal']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/second-factor/recovery-codes': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get?: never
    put?: never
    /** Ten new ones; those until now do not count any more. */
    post: operations['post_second-factor_recovery-codes']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/second-factor/totp': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get?: never
    /** The app has the secret: from now on its codes are asked for. Ends all other log-ins. */
    put: operations['put_second-factor_totp']
    /** A secret for an authenticator app. It counts as soon as a code of it is sent back within 30 minutes; another one takes its place. */
    post: operations['post_second-factor_totp']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/second-factor/totp/removal': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get?: never
    put?: never
    /** The app does not count any more. */
    post: operations['post_second-factor_totp_removal']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/tickets': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_tickets']
    put?: never
    post: operations['post_tickets']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/tickets/{id}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_tickets_id']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch: operations['patch_tickets_id']
    trace?: never
  }
  '/tickets/{id}/calls/{call_id}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get?: never
    put: operations['put_tickets_id_calls_call_id']
    post?: never
    delete: operations['delete_tickets_id_calls_call_id']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/tickets/{id}/comments': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_tickets_id_comments']
    put?: never
    post: operations['post_tickets_id_comments']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/tickets/{id}/transitions': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get?: never
    put?: never
    post: operations['post_tickets_id_transitions']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/tokens': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_tokens']
    put?: never
    /** Not with a token: it would outlive the one that made it. */
    post: operations['post_tokens']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/tokens/{id}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get?: never
    put?: never
    post?: never
    delete: operations['delete_tokens_id']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/units': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_units']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/units/{id}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    get: operations['get_units_id']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch: operations['patch_units_id']
    trace?: never
  }
}
export type webhooks = Record<string, never>
export interface components {
  schemas: {
    About: {
      demo: boolean
      locale_default: string
      name: string
      /**
       * Format: date-time
       * @description The server's time: screens count from it.
       */
      now: string
      numbers: components['schemas']['PublicNumber'][]
      version: string
    }
    /** @description A dispatcher with the live state of the floor. */
    Agent: {
      call: components['schemas']['CallId'] | null
      /** Format: int64 */
      calls_taken: number
      /** @description A browser or desk phone is registered. */
      device: boolean
      extension: string | null
      id: components['schemas']['PersonId']
      name: string
      queues: string[]
      reason: string | null
      /** Format: date-time */
      since: string | null
      state: components['schemas']['AgentState']
    }
    /** @enum {string} */
    AgentState: 'away' | 'ready' | 'offered' | 'talking' | 'wrapping' | 'paused'
    /** @enum {string} */
    AuditAction:
      | 'audit.list'
      | 'login.open'
      | 'login.close'
      | 'login.prove'
      | 'second_factor.begin'
      | 'second_factor.set_up'
      | 'second_factor.remove'
      | 'second_factor.new_codes'
      | 'second_factor.begin_key'
      | 'second_factor.set_up_key'
      | 'second_factor.remove_key'
      | 'second_factor.read'
      | 'second_factor.reset'
      | 'logins.end_own'
      | 'logins.end'
      | 'password.change'
      | 'tokens.create'
      | 'tokens.revoke'
      | 'people.list'
      | 'people.create'
      | 'people.change'
      | 'logins.list'
      | 'logins.end_all'
      | 'tokens.list'
      | 'tokens.revoke_of'
      | 'buildings.create'
      | 'buildings.change'
      | 'buildings.grid'
      | 'units.read'
      | 'units.change'
      | 'contacts.list'
      | 'contacts.create'
      | 'contacts.read'
      | 'contacts.change'
      | 'contacts.merge'
      | 'contacts.erasure'
      | 'contacts.erase'
      | 'contacts.timeline'
      | 'tickets.list'
      | 'tickets.create'
      | 'tickets.read'
      | 'tickets.change'
      | 'tickets.transition'
      | 'tickets.comments'
      | 'tickets.comment'
      | 'tickets.link_call'
      | 'tickets.unlink_call'
      | 'classifiers.create'
      | 'classifiers.change'
      | 'calls.list'
      | 'calls.read'
      | 'calls.hang_up'
      | 'calls.card'
      | 'calls.draft'
      | 'calls.write_draft'
      | 'calls.hold'
      | 'calls.resume'
      | 'calls.transfer'
      | 'calls.dispose'
      | 'calls.identify'
      | 'intakes.list'
      | 'intakes.read'
      | 'intakes.dispose'
      | 'agents.status'
      | 'agents.intervals'
      | 'recordings.list'
      | 'recordings.read'
      | 'recordings.play'
      | 'recordings.hold'
      | 'recordings.lift_hold'
      | 'recordings.peaks'
      | 'callbacks.list'
      | 'callbacks.claim'
      | 'callbacks.release'
      | 'callbacks.close'
      | 'board.read'
      | 'board.connect'
    /** Format: uuid */
    AuditId: string
    /** @description Who asked for what, from where, and what came of it. */
    AuditLine: {
      /** @description `<what>.<verb>`, such as `contacts.read`. */
      action: string
      actor: components['schemas']['Named'] | null
      /** @description Where the request came from. */
      address: string | null
      /** Format: date-time */
      at: string
      /** @description What was changed; personal data is masked. */
      changes: components['schemas']['FieldChange'][]
      /**
       * Format: int64
       * @description Equal requests of one minute behind the first, which has a line of its own.
       */
      count: number
      /** @description What else was said: the words of a search (masked), the login that was tried, further ids of the path. */
      details: Record<string, unknown>
      id: components['schemas']['AuditId']
      /**
       * Format: date-time
       * @description Of the last of `count` equal requests.
       */
      last_at: string
      object: string
      /** Format: uuid */
      object_id: string | null
      /** @description The id of the request, as in the log. */
      request: string | null
      /**
       * Format: int64
       * @description Of the answer; null in lines of former versions.
       */
      status: number | null
      token_id: components['schemas']['TokenId'] | null
    }
    /** @enum {string} */
    AuditObject:
      | 'call'
      | 'intake'
      | 'callback'
      | 'recording'
      | 'ticket'
      | 'contact'
      | 'building'
      | 'unit'
      | 'classifier'
      | 'person'
      | 'log-in'
      | 'token'
      | 'security key'
      | 'board'
      | 'audit'
      | 'server'
    Building: components['schemas']['BuildingLine'] & {
      risers: components['schemas']['Riser'][]
      sections: components['schemas']['SectionView'][]
    }
    /** @description What is not named stays. */
    BuildingChange: {
      address?: string | null
      code?: string | null
      emergency_notes?: string | null
      has_concierge?: boolean | null
      kind?: components['schemas']['BuildingKind'] | null
      name?: string | null
      power_supply?: components['schemas']['PowerSupply'] | null
      status?: components['schemas']['BuildingStatus'] | null
      timezone?: string | null
      /** Format: int64 */
      version: number
    }
    /** Format: uuid */
    BuildingId: string
    /** @enum {string} */
    BuildingKind: 'residential' | 'apartments' | 'business' | 'parking' | 'village'
    BuildingLine: {
      address: string
      /** @description 3-4 digits, spoken and typed. */
      code: string
      emergency_notes: string
      has_concierge: boolean
      id: components['schemas']['BuildingId']
      kind: components['schemas']['BuildingKind']
      name: string
      /** Format: int64 */
      open_tickets: number
      power_supply: components['schemas']['PowerSupply']
      status: components['schemas']['BuildingStatus']
      timezone: string
      /** Format: int64 */
      units: number
      /**
       * Format: int64
       * @description Of the building with all its sections, floors, units and risers.
       */
      version: number
    }
    BuildingName: { address: string; id: components['schemas']['BuildingId']; name: string }
    /** @enum {string} */
    BuildingStatus: 'active' | 'onboarding' | 'archived'
    Call: {
      agent: components['schemas']['Named'] | null
      /** Format: date-time */
      answered_at: string | null
      /** Format: date-time */
      arrived_at: string
      contact: components['schemas']['Named_ContactId'] | null
      dialled: string
      direction: components['schemas']['Direction']
      disposition: components['schemas']['DispositionCode'] | null
      /** Format: date-time */
      ended_at: string | null
      from_name: string
      /** @description As received; null: withheld. */
      from_number: string | null
      /** @description E.164 with plus, when it can be read so. */
      from_phone: string | null
      /** Format: date-time */
      greeted_at: string | null
      /** Format: int64 */
      hold_ms: number | null
      id: components['schemas']['CallId']
      intake_id: components['schemas']['IntakeId']
      locale: components['schemas']['Locale'] | null
      outcome: components['schemas']['Outcome'] | null
      queue: string | null
      /** Format: date-time */
      queued_at: string | null
      recording_id: components['schemas']['RecordingId'] | null
      source: string
      state: components['schemas']['CallState']
      /** Format: int64 */
      talk_ms: number | null
      tickets: components['schemas']['CallTicket'][]
      /** Format: int64 */
      wait_ms: number | null
    }
    Callback: {
      /** Format: date-time */
      arrived_at: string
      call_id: components['schemas']['CallId'] | null
      /** Format: date-time */
      claimed_at: string | null
      claimed_by: components['schemas']['Named'] | null
      comment: string | null
      contact: components['schemas']['Named_ContactId'] | null
      /** Format: date-time */
      done_at: string | null
      /** Format: date-time */
      due_at: string
      id: components['schemas']['CallbackId']
      intake_id: components['schemas']['IntakeId'] | null
      phone: string | null
      queue: string
      reason: components['schemas']['CallbackReason']
      state: components['schemas']['CallbackState']
    }
    /** @enum {string} */
    CallbackEnd: 'done' | 'unreachable' | 'cancelled'
    /** @enum {string} */
    CallbackFilter: 'open' | 'all' | 'pending' | 'claimed' | 'done' | 'unreachable' | 'merged' | 'cancelled'
    /** Format: uuid */
    CallbackId: string
    /** @enum {string} */
    CallbackReason: 'abandoned' | 'abandoned_ivr' | 'broken' | 'node_lost' | 'crashed' | 'refused'
    /** @enum {string} */
    CallbackState: 'pending' | 'claimed' | 'done' | 'unreachable' | 'merged' | 'cancelled'
    /** @description A draft as it is stored, with who changed it last. */
    CallDraft: {
      /** Format: date-time */
      changed_at: string | null
      changed_by: components['schemas']['Named'] | null
      content: components['schemas']['DraftContent']
      /**
       * Format: int64
       * @description 0: nothing is written down.
       */
      version: number
    }
    CallEvent: {
      /** Format: date-time */
      at: string
      data: Record<string, unknown>
      kind: string
    }
    /** Format: uuid */
    CallId: string
    CallLink: {
      kind?: components['schemas']['LinkKind']
      /**
       * Format: int64
       * @description Default: where the recording of the call is now.
       */
      offset_ms?: number | null
    }
    /** @description A call with everything that is known of it. */
    CallPage: components['schemas']['Call'] & {
      events: components['schemas']['CallEvent'][]
      legs: components['schemas']['Leg'][]
      offers: components['schemas']['Offer'][]
      parts: components['schemas']['CallPart'][]
      trace: components['schemas']['Traced'][]
    }
    /** @description What one agent had of the call: from the answer to a transfer or the end. */
    CallPart: {
      agent: components['schemas']['Named']
      /** Format: date-time */
      at: string
      comment: string | null
      disposition: components['schemas']['DispositionCode'] | null
      /** Format: date-time */
      ended_at: string | null
      id: components['schemas']['EventId']
      /** @description Null after a transfer to a person. */
      queue: string | null
    }
    /** @enum {string} */
    CallStage: 'arriving' | 'flow' | 'waiting' | 'offered' | 'talking' | 'held' | 'returning'
    /** @enum {string} */
    CallState: 'live' | 'ended'
    /** @description A ticket that a call has to do with. */
    CallTicket: {
      classifier: components['schemas']['ClassifierWords'] | null
      /** @description False: opened by a call, and nobody filled it in; cancelled so, it was no request. */
      complete: boolean
      id: components['schemas']['TicketId']
      number: string
      state: components['schemas']['TicketState']
      /** @description What somebody wrote; empty: it is called by its classifier. */
      title: string
    }
    Candidate: { contact: components['schemas']['CardContact']; units: components['schemas']['CardUnit'][] }
    Card: {
      buildings: components['schemas']['CardBuilding'][]
      call: components['schemas']['Call']
      candidates: components['schemas']['Candidate'][]
      /** @description Exactly one contact with exactly one unit. */
      certain: boolean
      draft: components['schemas']['CallDraft'] | null
      last_calls: components['schemas']['Call'][]
      number: string | null
      open_tickets: components['schemas']['TicketLine'][]
      /** @description Who talked with the caller, and what came of it, in order. */
      parts: components['schemas']['CallPart'][]
      ticket: components['schemas']['OwnTicket'] | null
    }
    CardAddress: { address: string; id: components['schemas']['BuildingId']; name: string }
    CardBuilding: {
      address: string
      emergency_notes: string
      id: components['schemas']['BuildingId']
      name: string
      /** Format: int64 */
      open_tickets: number
    }
    CardContact: {
      id: components['schemas']['ContactId']
      kind: components['schemas']['ContactKind']
      language: components['schemas']['Language']
      name: string
      note: string
      vip: boolean
    }
    CardUnit: {
      building: components['schemas']['CardAddress']
      floor: string | null
      id: components['schemas']['UnitId']
      kind: components['schemas']['UnitKind']
      label: string
      role: components['schemas']['RelationRole']
      section: string | null
    }
    /** @description The password was right; nobody is logged in before a second factor is proved. */
    Challenge: {
      /** @description For `POST /api/v1/login/second-factor`, once. */
      challenge: string
      /** Format: date-time */
      expires_at: string
      /** @description What this person can prove. */
      factors: components['schemas']['Factor'][]
      /** @description For `navigator.credentials.get`: what the person's security keys are asked; None: there are none, or no host that they are for. */
      key: Record<string, unknown> | null
    }
    /** @enum {string} */
    ChosenStatus: 'ready' | 'paused' | 'away'
    Classifier: {
      /** @description False: not for new tickets. */
      active: boolean
      category_en: string
      category_ru: string
      id: components['schemas']['ClassifierId']
      kind: components['schemas']['TicketKind']
      law_hint: string
      place_en: string
      place_ru: string
      /**
       * Format: int64
       * @description Order in lists.
       */
      position: number
      /**
       * Format: int64
       * @description 1 highest .. 4
       */
      priority: number
      problem_en: string
      problem_ru: string
      profile: components['schemas']['Profile']
      /** @description Further words that find it. */
      synonyms: string
      /** Format: int64 */
      version: number
    }
    ClassifierChange: {
      /** @description False: not for new tickets. Old tickets keep it. */
      active?: boolean | null
      category_en?: string | null
      category_ru?: string | null
      kind?: components['schemas']['TicketKind'] | null
      law_hint?: string | null
      place_en?: string | null
      place_ru?: string | null
      /** Format: int64 */
      position?: number | null
      /** Format: int64 */
      priority?: number | null
      problem_en?: string | null
      problem_ru?: string | null
      profile?: components['schemas']['Profile'] | null
      synonyms?: string | null
      /** Format: int64 */
      version: number
    }
    /** Format: uuid */
    ClassifierId: string
    /** @description Its words in both languages: whoever shows them takes the reader's. */
    ClassifierWords: {
      category_en: string
      category_ru: string
      id: components['schemas']['ClassifierId']
      place_en: string
      place_ru: string
      problem_en: string
      problem_ru: string
    }
    Clock: {
      /** Format: date-time */
      breached_at: string | null
      code: components['schemas']['ClockCode']
      /** Format: date-time */
      due_at: string
      /** @description Empty: a promise of the company's own. */
      law_ref: string
      /**
       * Format: date-time
       * @description On hold: an internal clock stands still.
       */
      paused_at: string | null
      /** Format: date-time */
      started_at: string
      /** Format: date-time */
      stopped_at: string | null
    }
    /** @enum {string} */
    ClockCode: 'localize' | 'told' | 'check' | 'done' | 'accept'
    /** @enum {string} */
    CommandWord:
      | 'assign'
      | 'accept'
      | 'decline'
      | 'start'
      | 'localize'
      | 'tell'
      | 'hold'
      | 'resume'
      | 'finish'
      | 'confirm'
      | 'reopen'
      | 'reject'
      | 'cancel'
      | 'merge'
    Comment: {
      /** Format: date-time */
      at: string
      author: components['schemas']['Named'] | null
      id: components['schemas']['CommentId']
      text: string
      visibility: components['schemas']['Visibility']
    }
    /** Format: uuid */
    CommentId: string
    /**
     * @description How well a node is, from best to worst.
     * @enum {string}
     */
    Condition: 'ready' | 'degraded' | 'draining' | 'down'
    /** @description A contact as lists and cards show it. */
    Contact: {
      /** Format: date-time */
      created_at: string
      /**
       * Format: date-time
       * @description Its data is gone since, for this reason.
       */
      erased_at: string | null
      erased_reason: string | null
      full_name: string
      id: components['schemas']['ContactId']
      kind: components['schemas']['ContactKind']
      language: components['schemas']['Language']
      merged_into: components['schemas']['ContactId'] | null
      note: string
      /** Format: int64 */
      open_tickets: number
      phones: components['schemas']['Phone'][]
      status: components['schemas']['ContactStatus']
      units: components['schemas']['ContactUnit'][]
      /** Format: int64 */
      version: number
      vip: boolean
    }
    /** @description What is not named stays. */
    ContactChange: {
      full_name?: string | null
      kind?: components['schemas']['ContactKind'] | null
      language?: components['schemas']['Language'] | null
      note?: string | null
      /** @description All of them, replacing the old ones. */
      phones?: components['schemas']['PhoneData'][] | null
      /** @description All of them; who is not named has moved out. */
      units?: components['schemas']['UnitData'][] | null
      /** Format: int64 */
      version: number
      vip?: boolean | null
    }
    /** @description Why a client's data is erased. */
    ContactErase: {
      /** @description Such as the request of the client, by date and number. It stays, so it names nobody. */
      reason: string
      /**
       * Format: int64
       * @description Refused if the contact is newer.
       */
      version: number
    }
    /** Format: uuid */
    ContactId: string
    /** @enum {string} */
    ContactKind: 'person' | 'company'
    /** @description Which contact a contact is the same as, and how both were when that was decided. */
    ContactMerge: {
      /** @description Who remains. */
      into: components['schemas']['ContactId']
      /**
       * Format: int64
       * @description Of the contact that remains; refused if it is newer.
       */
      into_version: number
      /**
       * Format: int64
       * @description Of the contact that is merged; refused if it is newer.
       */
      version: number
    }
    /** Format: uuid */
    ContactPointId: string
    /** @enum {string} */
    ContactStatus: 'active' | 'merged' | 'erased'
    /** @description A unit that a contact has to do with, and how. */
    ContactUnit: {
      building: components['schemas']['BuildingName']
      floor: string | null
      id: components['schemas']['UnitId']
      kind: components['schemas']['UnitKind']
      label: string
      role: components['schemas']['RelationRole']
      section: string | null
    }
    Credentials: { login: string; password: string }
    /** @description One fault, and which part of the sound it costs. */
    Damage: {
      /** Format: int64 */
      from_ms: number | null
      kind: components['schemas']['DamageKind']
      /** Format: int64 */
      to_ms: number | null
    }
    /** @enum {string} */
    DamageKind: 'missing' | 'header' | 'foreign' | 'key' | 'sound' | 'cut' | 'changed'
    /** @enum {string} */
    Direction: 'inbound' | 'outbound'
    /** @description What an intake came to, as somebody says it. */
    Disposition: {
      code: components['schemas']['DispositionCode']
      comment?: string | null
      ticket_id?: components['schemas']['TicketId'] | null
    }
    /** @enum {string} */
    DispositionCode:
      | 'ticket_created'
      | 'ticket_linked'
      | 'consulted'
      | 'callback_done'
      | 'unreachable'
      | 'wrong_number'
      | 'spam'
      | 'silent'
      | 'test'
      | 'duplicate'
      | 'self_service_done'
      | 'transferred'
    /** @description One of the outcomes a dispatcher can choose. */
    DispositionLine: {
      code: components['schemas']['DispositionCode']
      name_en: string
      name_ru: string
      needs_comment: boolean
      needs_ticket: boolean
    }
    DraftChange: {
      content: components['schemas']['DraftContent']
      /**
       * Format: int64
       * @description Of the draft that was changed; 0: nothing was written down.
       */
      version: number
    }
    DraftContent: {
      /** @description What the caller was told. */
      comment?: string
      tickets?: components['schemas']['DraftTicket'][]
      /** @description Who calls and from where, as the page keeps it; null: not chosen. */
      who?: Record<string, unknown> | null
    }
    DraftSaved: { id: components['schemas']['TicketId']; number: string }
    /** @description One ticket of the call. */
    DraftTicket: {
      /** @description The form as the page keeps it, null when there is nothing unsaved. It is given back as it came. */
      form?: Record<string, unknown> | null
      id?: components['schemas']['TicketId'] | null
      /** @description It was there before: the call was linked to it. */
      linked?: boolean
      saved?: components['schemas']['DraftSaved'] | null
    }
    /** @description What an erasure would take and leave, and what stands against it. */
    Erasure: {
      /** Format: int64 */
      calls: number
      contact_id: components['schemas']['ContactId']
      /** Format: date-time */
      erased_at: string | null
      erased_reason: string | null
      /** @description A legal hold must be lifted first. */
      held_recordings: components['schemas']['HeldRecording'][]
      /** Format: int64 */
      live_calls: number
      merged_into: components['schemas']['ContactId'] | null
      /** @description As the reader may see it. */
      name: string
      /** Format: int64 */
      open_callbacks: number
      /** @description These must be over first. */
      open_tickets: components['schemas']['OpenTicket'][]
      /**
       * Format: int64
       * @description Are deleted.
       */
      recordings: number
      status: components['schemas']['ContactStatus']
      /**
       * Format: int64
       * @description Stay, without name and number.
       */
      tickets: number
      /** Format: int64 */
      version: number
    }
    /** Format: uuid */
    EventId: string
    /** @description Whom a ticket can be given to. */
    Executor: {
      id: components['schemas']['PersonId']
      name: string
      /** Format: int64 */
      open_tickets: number
      role: components['schemas']['Role']
    }
    /** @enum {string} */
    Factor: 'totp' | 'key' | 'recovery_code'
    FieldChange: { after: unknown; before: unknown; field: string }
    /** @description A field of the body or query that was wrong. */
    FieldError: { field: string; message: string }
    /** Format: uuid */
    FloorId: string
    FloorView: { id: components['schemas']['FloorId']; name: string; units: components['schemas']['UnitView'][] }
    FreshToken: components['schemas']['Token'] & {
      /** @description Shown this once. */
      token: string
    }
    /** @description All of a building's inside. Ids are made by the client, or left out for new things that nothing else here names. */
    Grid: {
      risers: components['schemas']['GridRiser'][]
      sections: components['schemas']['GridSection'][]
      /**
       * Format: int64
       * @description Of the building, as it was read.
       */
      version: number
    }
    GridFloor: {
      id?: components['schemas']['FloorId'] | null
      name: string
      units: components['schemas']['GridUnit'][]
    }
    GridRiser: {
      id?: components['schemas']['RiserId'] | null
      kind: components['schemas']['RiserKind']
      name: string
      /** @description Ids of units of this building. */
      units: components['schemas']['UnitId'][]
    }
    GridSection: {
      /** @description Top floor first, as a house stands. */
      floors: components['schemas']['GridFloor'][]
      id?: components['schemas']['SectionId'] | null
      kind: components['schemas']['SectionKind']
      name: string
    }
    GridUnit: {
      /**
       * Format: double
       * @description Square metres.
       */
      area?: number | null
      id?: components['schemas']['UnitId'] | null
      kind: components['schemas']['UnitKind']
      /** @description Unique among the units of its kind in the building. */
      label: string
      /** Format: int64 */
      rooms?: number | null
      state?: components['schemas']['UnitState']
    }
    Happened:
      | {
          call: components['schemas']['Call']
          /** @enum {string} */
          type: 'call'
        }
      | {
          ticket: components['schemas']['TicketLine']
          /** @enum {string} */
          type: 'ticket'
        }
      | {
          comment: components['schemas']['Comment']
          ticket_id: components['schemas']['TicketId']
          /** @enum {string} */
          type: 'comment'
        }
    HeldRecording: { call_id: components['schemas']['CallId']; id: components['schemas']['RecordingId'] }
    /** @enum {string} */
    HoldReason: 'no_access' | 'client_asked' | 'parts' | 'contractor' | 'rso' | 'weather' | 'owner_consent'
    /** @description Who called and where: the dispatcher's choice among the candidates of a shared phone. */
    Identified: {
      building_id?: components['schemas']['BuildingId'] | null
      contact_id?: components['schemas']['ContactId'] | null
      unit_id?: components['schemas']['UnitId'] | null
    }
    Intake: {
      /** Format: date-time */
      arrived_at: string
      building: components['schemas']['Named_BuildingId'] | null
      call_id: components['schemas']['CallId'] | null
      channel: components['schemas']['IntakeChannel']
      comment: string | null
      contact: components['schemas']['Named_ContactId'] | null
      /** Format: date-time */
      disposed_at: string | null
      disposed_by: components['schemas']['Named'] | null
      disposition: components['schemas']['DispositionCode'] | null
      id: components['schemas']['IntakeId']
      number: string | null
      state: components['schemas']['IntakeState']
      summary: string
      tickets: components['schemas']['IntakeTicket'][]
      unit: components['schemas']['UnitRef'] | null
    }
    /** @enum {string} */
    IntakeChannel: 'call' | 'voicemail' | 'callback' | 'app' | 'portal' | 'email' | 'walk_in' | 'paper'
    /** Format: uuid */
    IntakeId: string
    /** @enum {string} */
    IntakeState: 'received' | 'identified' | 'in_handling' | 'disposed'
    IntakeTicket: {
      /** @description False: opened by a call, and nobody filled it in. */
      complete: boolean
      id: components['schemas']['TicketId']
      number: string
    }
    Interval: {
      /** Format: date-time */
      from: string
      reason: string | null
      state: components['schemas']['AgentState']
      /** Format: date-time */
      to: string | null
    }
    KeyRequest: {
      /** @description For `navigator.credentials.create`, as JSON. */
      options: Record<string, unknown>
    }
    /** @enum {string} */
    Language: 'ru' | 'en'
    /** @description How one party heard and was heard. */
    Leg: {
      agent: components['schemas']['Named'] | null
      /** Format: double */
      jitter_ms: number
      /** Format: int64 */
      lost: number
      /** Format: double */
      mos: number
      /** Format: int64 */
      received: number
      role: components['schemas']['Purpose']
      /** Format: int64 */
      sent: number
    }
    LegalHold: {
      /** @description Which case it is evidence in. */
      reason: string
    }
    /** @enum {string} */
    LinkKind: 'created_in' | 'mentioned' | 'about' | 'callback_for'
    /** @enum {string} */
    Locale: 'ru' | 'en'
    /** Format: uuid */
    LoginId: string
    Me: {
      /** @description The SIP account of the browser; dispatchers and supervisors have one. */
      extension: string | null
      id: components['schemas']['PersonId']
      login: string
      name: string
      /** @description Names of `src/http/access.rs`. */
      permissions: string[]
      queues: string[]
      role: components['schemas']['Role']
      /** @description That time has come. */
      second_factor_due: boolean
      /**
       * Format: date-time
       * @description From when on nothing else is allowed before a second factor is set up; None: there is one, or none is needed.
       */
      second_factor_due_at: string | null
    }
    /** @description A person (or another noun) as other things mention one. */
    Named: { id: components['schemas']['PersonId']; name: string }
    /** @description A person (or another noun) as other things mention one. */
    Named_BuildingId: {
      /** Format: uuid */
      id: string
      name: string
    }
    /** @description A person (or another noun) as other things mention one. */
    Named_ContactId: {
      /** Format: uuid */
      id: string
      name: string
    }
    NewBuilding: {
      address: string
      /** @description 3-4 digits, spoken and typed. */
      code: string
      /** @description What a dispatcher must know in an emergency: valves, keys, contractors. */
      emergency_notes?: string
      has_concierge?: boolean
      id?: components['schemas']['BuildingId'] | null
      kind: components['schemas']['BuildingKind']
      name: string
      power_supply?: components['schemas']['PowerSupply']
      status?: components['schemas']['BuildingStatus']
      /** @description Default: Europe/Moscow. */
      timezone?: string | null
    }
    NewClassifier: {
      category_en: string
      category_ru: string
      id?: components['schemas']['ClassifierId'] | null
      kind: components['schemas']['TicketKind']
      law_hint?: string
      place_en: string
      place_ru: string
      /**
       * Format: int64
       * @description Order in lists; without it behind the others.
       */
      position?: number | null
      /**
       * Format: int64
       * @description 1 highest .. 4
       */
      priority: number
      problem_en: string
      problem_ru: string
      profile: components['schemas']['Profile']
      /** @description Further words that find it. */
      synonyms?: string
    }
    NewComment: {
      id?: components['schemas']['CommentId'] | null
      text: string
      visibility: components['schemas']['Visibility']
    }
    NewContact: {
      full_name: string
      id?: components['schemas']['ContactId'] | null
      kind: components['schemas']['ContactKind']
      language?: components['schemas']['Language']
      note?: string | null
      phones?: components['schemas']['PhoneData'][]
      units?: components['schemas']['UnitData'][]
      vip?: boolean
    }
    NewKey: {
      /** @description What `navigator.credentials.create` gave, as JSON. */
      key: Record<string, unknown>
      name: string
    }
    /**
     * @description Without a kind or a priority they are the classifier's. `title` or `classifier_id` must be there, and
     *     `building_id`, `unit_id` or `place_text`.
     */
    NewTicket: {
      building_id?: components['schemas']['BuildingId'] | null
      call_id?: components['schemas']['CallId'] | null
      classifier_id?: components['schemas']['ClassifierId'] | null
      details?: string | null
      executor_id?: components['schemas']['PersonId'] | null
      id?: components['schemas']['TicketId'] | null
      intake_id?: components['schemas']['IntakeId'] | null
      kind?: components['schemas']['TicketKind'] | null
      place_text?: string | null
      /**
       * Format: int64
       * @description 1 highest .. 4
       */
      priority?: number | null
      requester_id?: components['schemas']['ContactId'] | null
      requester_name?: string | null
      requester_phone?: string | null
      title?: string | null
      /** @description The applicant was told the planned terms in this very call. */
      told?: boolean
      unit_id?: components['schemas']['UnitId'] | null
    }
    NewToken: {
      /**
       * Format: date-time
       * @description At most a year ahead; in 90 days when nothing is said.
       */
      expires_at?: string | null
      name: string
      /** @description Verbs that it is for, as in `Me.permissions`; none said: all that the person may do by a program. */
      scopes?: string[] | null
    }
    /** @description A secret for an authenticator app, shown this once. */
    NewTotp: {
      /** @description The same as a QR code: an SVG image. */
      qr: string
      /** @description Base32, to be typed. */
      secret: string
      /** @description `otpauth://totp/...` */
      uri: string
    }
    /** @description One agent whose phone rang. */
    Offer: {
      agent: components['schemas']['Named']
      /** Format: date-time */
      at: string
      /** Format: date-time */
      ended_at: string | null
      queue: string
      result: components['schemas']['OfferResult'] | null
    }
    /** @enum {string} */
    OfferResult: 'answered' | 'no_answer' | 'rejected' | 'unreachable' | 'caller_left'
    /** @description A log-in that holds. */
    OpenLogin: {
      /** Format: date-time */
      created_at: string
      /** @description The one that asks. */
      current: boolean
      /** Format: date-time */
      expires_at: string
      factor: components['schemas']['Factor'] | null
      id: components['schemas']['LoginId']
      /**
       * Format: date-time
       * @description When something was last asked with it, to the minute.
       */
      seen_at: string
      /** @description The address it was opened from. */
      source: string
    }
    OpenTicket: { id: components['schemas']['TicketId']; number: string }
    /** @enum {string} */
    Outcome:
      | 'completed'
      | 'self_served'
      | 'abandoned_ivr'
      | 'short_ivr'
      | 'abandoned_queue'
      | 'rejected'
      | 'broken'
      | 'node_lost'
      | 'crashed'
    OwnTicket: { id: components['schemas']['TicketId']; number: string }
    /** @description One page of a list. */
    Page_Agent: {
      items: {
        call: components['schemas']['CallId'] | null
        /** Format: int64 */
        calls_taken: number
        /** @description A browser or desk phone is registered. */
        device: boolean
        extension: string | null
        id: components['schemas']['PersonId']
        name: string
        queues: string[]
        reason: string | null
        /** Format: date-time */
        since: string | null
        state: components['schemas']['AgentState']
      }[]
      /** @description Give it as `after` to read on; null at the end. */
      next: string | null
    }
    /** @description One page of a list. */
    Page_AuditLine: {
      items: {
        /** @description `<what>.<verb>`, such as `contacts.read`. */
        action: string
        actor: components['schemas']['Named'] | null
        /** @description Where the request came from. */
        address: string | null
        /** Format: date-time */
        at: string
        /** @description What was changed; personal data is masked. */
        changes: components['schemas']['FieldChange'][]
        /**
         * Format: int64
         * @description Equal requests of one minute behind the first, which has a line of its own.
         */
        count: number
        /** @description What else was said: the words of a search (masked), the login that was tried, further ids of the path. */
        details: Record<string, unknown>
        id: components['schemas']['AuditId']
        /**
         * Format: date-time
         * @description Of the last of `count` equal requests.
         */
        last_at: string
        object: string
        /** Format: uuid */
        object_id: string | null
        /** @description The id of the request, as in the log. */
        request: string | null
        /**
         * Format: int64
         * @description Of the answer; null in lines of former versions.
         */
        status: number | null
        token_id: components['schemas']['TokenId'] | null
      }[]
      /** @description Give it as `after` to read on; null at the end. */
      next: string | null
    }
    /** @description One page of a list. */
    Page_BuildingLine: {
      items: {
        address: string
        /** @description 3-4 digits, spoken and typed. */
        code: string
        emergency_notes: string
        has_concierge: boolean
        id: components['schemas']['BuildingId']
        kind: components['schemas']['BuildingKind']
        name: string
        /** Format: int64 */
        open_tickets: number
        power_supply: components['schemas']['PowerSupply']
        status: components['schemas']['BuildingStatus']
        timezone: string
        /** Format: int64 */
        units: number
        /**
         * Format: int64
         * @description Of the building with all its sections, floors, units and risers.
         */
        version: number
      }[]
      /** @description Give it as `after` to read on; null at the end. */
      next: string | null
    }
    /** @description One page of a list. */
    Page_Call: {
      items: {
        agent: components['schemas']['Named'] | null
        /** Format: date-time */
        answered_at: string | null
        /** Format: date-time */
        arrived_at: string
        contact: components['schemas']['Named_ContactId'] | null
        dialled: string
        direction: components['schemas']['Direction']
        disposition: components['schemas']['DispositionCode'] | null
        /** Format: date-time */
        ended_at: string | null
        from_name: string
        /** @description As received; null: withheld. */
        from_number: string | null
        /** @description E.164 with plus, when it can be read so. */
        from_phone: string | null
        /** Format: date-time */
        greeted_at: string | null
        /** Format: int64 */
        hold_ms: number | null
        id: components['schemas']['CallId']
        intake_id: components['schemas']['IntakeId']
        locale: components['schemas']['Locale'] | null
        outcome: components['schemas']['Outcome'] | null
        queue: string | null
        /** Format: date-time */
        queued_at: string | null
        recording_id: components['schemas']['RecordingId'] | null
        source: string
        state: components['schemas']['CallState']
        /** Format: int64 */
        talk_ms: number | null
        tickets: components['schemas']['CallTicket'][]
        /** Format: int64 */
        wait_ms: number | null
      }[]
      /** @description Give it as `after` to read on; null at the end. */
      next: string | null
    }
    /** @description One page of a list. */
    Page_Callback: {
      items: {
        /** Format: date-time */
        arrived_at: string
        call_id: components['schemas']['CallId'] | null
        /** Format: date-time */
        claimed_at: string | null
        claimed_by: components['schemas']['Named'] | null
        comment: string | null
        contact: components['schemas']['Named_ContactId'] | null
        /** Format: date-time */
        done_at: string | null
        /** Format: date-time */
        due_at: string
        id: components['schemas']['CallbackId']
        intake_id: components['schemas']['IntakeId'] | null
        phone: string | null
        queue: string
        reason: components['schemas']['CallbackReason']
        state: components['schemas']['CallbackState']
      }[]
      /** @description Give it as `after` to read on; null at the end. */
      next: string | null
    }
    /** @description One page of a list. */
    Page_Classifier: {
      items: {
        /** @description False: not for new tickets. */
        active: boolean
        category_en: string
        category_ru: string
        id: components['schemas']['ClassifierId']
        kind: components['schemas']['TicketKind']
        law_hint: string
        place_en: string
        place_ru: string
        /**
         * Format: int64
         * @description Order in lists.
         */
        position: number
        /**
         * Format: int64
         * @description 1 highest .. 4
         */
        priority: number
        problem_en: string
        problem_ru: string
        profile: components['schemas']['Profile']
        /** @description Further words that find it. */
        synonyms: string
        /** Format: int64 */
        version: number
      }[]
      /** @description Give it as `after` to read on; null at the end. */
      next: string | null
    }
    /** @description One page of a list. */
    Page_Comment: {
      items: {
        /** Format: date-time */
        at: string
        author: components['schemas']['Named'] | null
        id: components['schemas']['CommentId']
        text: string
        visibility: components['schemas']['Visibility']
      }[]
      /** @description Give it as `after` to read on; null at the end. */
      next: string | null
    }
    /** @description One page of a list. */
    Page_Contact: {
      items: {
        /** Format: date-time */
        created_at: string
        /**
         * Format: date-time
         * @description Its data is gone since, for this reason.
         */
        erased_at: string | null
        erased_reason: string | null
        full_name: string
        id: components['schemas']['ContactId']
        kind: components['schemas']['ContactKind']
        language: components['schemas']['Language']
        merged_into: components['schemas']['ContactId'] | null
        note: string
        /** Format: int64 */
        open_tickets: number
        phones: components['schemas']['Phone'][]
        status: components['schemas']['ContactStatus']
        units: components['schemas']['ContactUnit'][]
        /** Format: int64 */
        version: number
        vip: boolean
      }[]
      /** @description Give it as `after` to read on; null at the end. */
      next: string | null
    }
    /** @description One page of a list. */
    Page_DispositionLine: {
      items: {
        code: components['schemas']['DispositionCode']
        name_en: string
        name_ru: string
        needs_comment: boolean
        needs_ticket: boolean
      }[]
      /** @description Give it as `after` to read on; null at the end. */
      next: string | null
    }
    /** @description One page of a list. */
    Page_Executor: {
      items: {
        id: components['schemas']['PersonId']
        name: string
        /** Format: int64 */
        open_tickets: number
        role: components['schemas']['Role']
      }[]
      /** @description Give it as `after` to read on; null at the end. */
      next: string | null
    }
    /** @description One page of a list. */
    Page_Intake: {
      items: {
        /** Format: date-time */
        arrived_at: string
        building: components['schemas']['Named_BuildingId'] | null
        call_id: components['schemas']['CallId'] | null
        channel: components['schemas']['IntakeChannel']
        comment: string | null
        contact: components['schemas']['Named_ContactId'] | null
        /** Format: date-time */
        disposed_at: string | null
        disposed_by: components['schemas']['Named'] | null
        disposition: components['schemas']['DispositionCode'] | null
        id: components['schemas']['IntakeId']
        number: string | null
        state: components['schemas']['IntakeState']
        summary: string
        tickets: components['schemas']['IntakeTicket'][]
        unit: components['schemas']['UnitRef'] | null
      }[]
      /** @description Give it as `after` to read on; null at the end. */
      next: string | null
    }
    /** @description One page of a list. */
    Page_Interval: {
      items: {
        /** Format: date-time */
        from: string
        reason: string | null
        state: components['schemas']['AgentState']
        /** Format: date-time */
        to: string | null
      }[]
      /** @description Give it as `after` to read on; null at the end. */
      next: string | null
    }
    /** @description One page of a list. */
    Page_OpenLogin: {
      items: {
        /** Format: date-time */
        created_at: string
        /** @description The one that asks. */
        current: boolean
        /** Format: date-time */
        expires_at: string
        factor: components['schemas']['Factor'] | null
        id: components['schemas']['LoginId']
        /**
         * Format: date-time
         * @description When something was last asked with it, to the minute.
         */
        seen_at: string
        /** @description The address it was opened from. */
        source: string
      }[]
      /** @description Give it as `after` to read on; null at the end. */
      next: string | null
    }
    /** @description One page of a list. */
    Page_Person: {
      items: {
        active: boolean
        /** @description Where a technician works; empty: in all buildings. */
        buildings: components['schemas']['BuildingId'][]
        extension: string | null
        id: components['schemas']['PersonId']
        login: string
        name: string
        queues: string[]
        role: components['schemas']['Role']
        /** Format: int64 */
        version: number
      }[]
      /** @description Give it as `after` to read on; null at the end. */
      next: string | null
    }
    /** @description One page of a list. */
    Page_Queue: {
      items: {
        /** Format: int64 */
        abandoned: number
        /** Format: int64 */
        answered: number
        /** @description Its callers go before all others. */
        emergency: boolean
        label_en: string
        label_ru: string
        /**
         * Format: double
         * @description Service level, 0 to 1; null before the first call.
         */
        level: number | null
        name: string
        /** Format: int64 */
        offered: number
        /**
         * Format: date-time
         * @description Start of the longest wait.
         */
        oldest: string | null
        /** Format: int32 */
        ready: number
        /**
         * Format: int64
         * @description Seconds within which its calls should be answered; `level` is the share that was.
         */
        target_s: number
        /** Format: int32 */
        waiting: number
        /**
         * Format: int64
         * @description Seconds of wrap-up after a call of this queue, at most.
         */
        wrapup_s: number
      }[]
      /** @description Give it as `after` to read on; null at the end. */
      next: string | null
    }
    /** @description One page of a list. */
    Page_Recording: {
      items: {
        call_id: components['schemas']['CallId']
        /**
         * Format: int64
         * @description Parts of at most one second, each authenticated by itself.
         */
        chunks: number | null
        /** @description What is wrong with the file, and where. */
        damage: components['schemas']['Damage'][] | null
        /** Format: date-time */
        deleted_at: string | null
        /** Format: int64 */
        duration_ms: number | null
        /**
         * Format: date-time
         * @description When a legal hold began; null: there is none.
         */
        held_at: string | null
        held_by: components['schemas']['PersonId'] | null
        held_reason: string | null
        id: components['schemas']['RecordingId']
        /** @description Of the whole encrypted file, as it was when the recording had ended; null: not yet verified. */
        sha256: string | null
        /**
         * Format: int64
         * @description Bytes of the encrypted file.
         */
        size: number | null
        /** Format: date-time */
        started_at: string
        state: components['schemas']['RecordingState']
        /** Format: date-time */
        verified_at: string | null
      }[]
      /** @description Give it as `after` to read on; null at the end. */
      next: string | null
    }
    /** @description One page of a list. */
    Page_TicketLine: {
      items: {
        building: components['schemas']['TicketBuilding'] | null
        classifier: components['schemas']['ClassifierWords'] | null
        clocks: components['schemas']['Clock'][]
        /** @description False: opened by a call, still to be completed. */
        complete: boolean
        executor: components['schemas']['Named'] | null
        id: components['schemas']['TicketId']
        kind: components['schemas']['TicketKind']
        /** @description Digits, as they are read aloud. */
        number: string
        /**
         * Format: int64
         * @description 1 highest .. 4
         */
        priority: number
        /** Format: date-time */
        registered_at: string
        requester_name: string
        /** @description E.164, or as it was typed; masked for who may not see it. */
        requester_phone: string | null
        state: components['schemas']['TicketState']
        /** @description What somebody wrote; empty: it is called by its classifier. */
        title: string
        unit: components['schemas']['TicketUnit'] | null
      }[]
      /** @description Give it as `after` to read on; null at the end. */
      next: string | null
    }
    /** @description One page of a list. */
    Page_TimelineItem: {
      items: (components['schemas']['Happened'] & {
        /** Format: date-time */
        at: string
      })[]
      /** @description Give it as `after` to read on; null at the end. */
      next: string | null
    }
    /** @description One page of a list. */
    Page_Token: {
      items: {
        /** Format: date-time */
        created_at: string
        /**
         * Format: date-time
         * @description None: a token of a former version, which does not expire.
         */
        expires_at: string | null
        id: components['schemas']['TokenId']
        name: string
        /** @description Verbs that it is for, as in `Me.permissions`; None: all that the person may do by a program. */
        scopes: string[] | null
        /**
         * Format: date-time
         * @description When it was last used, to the minute.
         */
        used_at: string | null
      }[]
      /** @description Give it as `after` to read on; null at the end. */
      next: string | null
    }
    /** @description One page of a list. */
    Page_UnitLine: {
      items: {
        building: components['schemas']['BuildingName']
        id: components['schemas']['UnitId']
        kind: components['schemas']['UnitKind']
        label: string
        state: components['schemas']['UnitState']
      }[]
      /** @description Give it as `after` to read on; null at the end. */
      next: string | null
    }
    PasswordChange: {
      /** @description The one until now. */
      current: string
      password: string
    }
    /** @description The waveform: the lowest and highest sample of each step, -1.0 to 1.0. */
    Peaks: {
      /** Format: int64 */
      duration_ms: number
      left: number[][]
      /**
       * Format: int64
       * @description Sound that was not recorded (a full disk) or cannot be read: silence in its place.
       */
      missing_ms: number
      right: number[][]
      /** Format: int64 */
      step_ms: number
    }
    Person: {
      active: boolean
      /** @description Where a technician works; empty: in all buildings. */
      buildings: components['schemas']['BuildingId'][]
      extension: string | null
      id: components['schemas']['PersonId']
      login: string
      name: string
      queues: string[]
      role: components['schemas']['Role']
      /** Format: int64 */
      version: number
    }
    PersonChange: {
      active?: boolean | null
      buildings?: components['schemas']['BuildingId'][] | null
      extension?: string | null
      name?: string | null
      password?: string | null
      queues?: string[] | null
      role?: components['schemas']['Role'] | null
      /** Format: int64 */
      version: number
    }
    PersonForm: {
      /** @description Where a technician works; empty: in all buildings. */
      buildings?: components['schemas']['BuildingId'][]
      extension?: string | null
      login: string
      name: string
      password: string
      queues?: string[]
      role: components['schemas']['Role']
    }
    /** Format: uuid */
    PersonId: string
    Phone: {
      id: components['schemas']['ContactPointId']
      label: string
      /** @description Several contacts use it. */
      shared: boolean
      /** @description E.164 with plus where it can be read so. */
      value: string
    }
    PhoneData: { label?: string; shared?: boolean; value: string }
    /** @enum {string} */
    PowerSupply: 'one_source' | 'two_sources'
    /** @description `application/problem+json` (RFC 9457). */
    Problem: {
      /** @description The thing as it is now, when the request was about an older version of it. */
      current?: Record<string, unknown> | null
      detail: string
      errors?: components['schemas']['FieldError'][]
      /** @description The id of the request, as in its `x-request-id` and in the log. */
      instance?: string | null
      /** Format: int32 */
      status: number
      title: string
      /** @description `/problems/<slug>`, stable: programs may compare it, and people open it. */
      type: string
    }
    /** @enum {string} */
    Profile:
      | 'accident'
      | 'sewer_block'
      | 'chute_block'
      | 'small_fault'
      | 'utility_quality'
      | 'appeal_owner'
      | 'appeal_other'
      | 'info_491'
      | 'paid_service'
      | 'lift_release'
      | 'internal'
    Proof: {
      /** @description Of the answer to the password. */
      challenge: string
      /** @description Of the authenticator app, or a recovery code; this or `key`. */
      code?: string | null
      /** @description What `navigator.credentials.get` gave, as JSON. */
      key?: Record<string, unknown> | null
    }
    /** @description A number of the company that anybody may know. */
    PublicNumber: {
      label: string
      number: string
      /** @description May be dialled from the /call page. */
      web: boolean
    }
    /** @enum {string} */
    Purpose: 'caller' | 'agent' | 'consulted' | 'supervisor' | 'participant' | 'outgoing'
    Queue: {
      /** Format: int64 */
      abandoned: number
      /** Format: int64 */
      answered: number
      /** @description Its callers go before all others. */
      emergency: boolean
      label_en: string
      label_ru: string
      /**
       * Format: double
       * @description Service level, 0 to 1; null before the first call.
       */
      level: number | null
      name: string
      /** Format: int64 */
      offered: number
      /**
       * Format: date-time
       * @description Start of the longest wait.
       */
      oldest: string | null
      /** Format: int32 */
      ready: number
      /**
       * Format: int64
       * @description Seconds within which its calls should be answered; `level` is the share that was.
       */
      target_s: number
      /** Format: int32 */
      waiting: number
      /**
       * Format: int64
       * @description Seconds of wrap-up after a call of this queue, at most.
       */
      wrapup_s: number
    }
    /** @description The answer of `/readyz`. */
    Readiness: {
      /** @description New calls are taken; the status is 200 then, and 503 else. */
      ready: boolean
      /** @description What is wrong, in words. */
      reasons: string[]
      state: components['schemas']['Condition']
    }
    Recording: {
      call_id: components['schemas']['CallId']
      /**
       * Format: int64
       * @description Parts of at most one second, each authenticated by itself.
       */
      chunks: number | null
      /** @description What is wrong with the file, and where. */
      damage: components['schemas']['Damage'][] | null
      /** Format: date-time */
      deleted_at: string | null
      /** Format: int64 */
      duration_ms: number | null
      /**
       * Format: date-time
       * @description When a legal hold began; null: there is none.
       */
      held_at: string | null
      held_by: components['schemas']['PersonId'] | null
      held_reason: string | null
      id: components['schemas']['RecordingId']
      /** @description Of the whole encrypted file, as it was when the recording had ended; null: not yet verified. */
      sha256: string | null
      /**
       * Format: int64
       * @description Bytes of the encrypted file.
       */
      size: number | null
      /** Format: date-time */
      started_at: string
      state: components['schemas']['RecordingState']
      /** Format: date-time */
      verified_at: string | null
    }
    /** Format: uuid */
    RecordingId: string
    /** @enum {string} */
    RecordingState: 'running' | 'done' | 'broken' | 'damaged' | 'deleted'
    RecoveryCodes: {
      /** @description Each logs in once in the place of the app or key. Shown this once; none: those until now go on. */
      codes: string[]
    }
    /** @enum {string} */
    RelationRole: 'owner' | 'tenant' | 'resident' | 'representative' | 'company_staff' | 'ex_owner'
    ResidentContact: {
      id: components['schemas']['ContactId']
      language: components['schemas']['Language']
      name: string
      vip: boolean
    }
    ResidentView: { contact: components['schemas']['ResidentContact']; role: components['schemas']['RelationRole'] }
    /** @description A riser or a zone: units that share a pipe. */
    Riser: {
      id: components['schemas']['RiserId']
      kind: components['schemas']['RiserKind']
      name: string
      units: components['schemas']['UnitId'][]
    }
    /** Format: uuid */
    RiserId: string
    /** @enum {string} */
    RiserKind: 'riser_cold' | 'riser_hot' | 'riser_heat' | 'riser_sewer' | 'riser_power' | 'zone'
    /** @enum {string} */
    Role: 'dispatcher' | 'supervisor' | 'administrator' | 'technician'
    SecondFactor: {
      keys: components['schemas']['SecurityKey'][]
      /** @description This server has a name that security keys can be for (`http.hosts`). */
      keys_possible: boolean
      /** Format: int64 */
      recovery_codes_left: number
      /** @description The role must have one. */
      required: boolean
      /**
       * Format: date-time
       * @description Since when codes of an authenticator app are asked for; None: they are not.
       */
      totp_since: string | null
    }
    /** Format: uuid */
    SectionId: string
    /** @enum {string} */
    SectionKind: 'section' | 'parking'
    SectionView: {
      /** @description Top floor first. */
      floors: components['schemas']['FloorView'][]
      id: components['schemas']['SectionId']
      kind: components['schemas']['SectionKind']
      name: string
    }
    /** @description A security key of a person. */
    SecurityKey: {
      /** Format: date-time */
      created_at: string
      id: components['schemas']['SecurityKeyId']
      name: string
      /** Format: date-time */
      used_at: string | null
    }
    /** Format: uuid */
    SecurityKeyId: string
    /** @description The board as the API shows it. Times in rows are unix milliseconds. */
    Snapshot: {
      /**
       * Format: int64
       * @description Unix milliseconds of the server.
       */
      at: number
      rows: Record<string, unknown>[]
      /** Format: int64 */
      sequence: number
    }
    /** @enum {string} */
    Sort: 'registered' | 'due'
    StateForm: {
      disposition?: components['schemas']['DispositionCode'] | null
      /** @description Needed with cancelled. */
      reason?: string | null
      state: components['schemas']['CallbackEnd']
    }
    StatusForm: {
      /** @description Needed with paused: break, lunch, training ... */
      reason?: string | null
      status: components['schemas']['ChosenStatus']
    }
    /** @description A ticket whole. */
    Ticket: components['schemas']['TicketLine'] & {
      /** @description Commands that this reader can give now. */
      allowed: components['schemas']['CommandWord'][]
      calls: components['schemas']['TicketCall'][]
      /** Format: date-time */
      closed_at: string | null
      comments: components['schemas']['Comment'][]
      details: string
      /** Format: date-time */
      done_at: string | null
      events: components['schemas']['TicketEvent'][]
      floor: string | null
      hold_reason: components['schemas']['HoldReason'] | null
      /** Format: date-time */
      hold_until: string | null
      intake_id: components['schemas']['IntakeId'] | null
      /** @description What the law says of its classifier; empty: nothing. */
      law_hint: string
      merged_into: components['schemas']['TicketId'] | null
      place_text: string
      /** @description Why rejected or cancelled. */
      reason: string | null
      /** Format: int64 */
      reopen_count: number
      requester: components['schemas']['Named_ContactId'] | null
      section: string | null
      /** Format: int64 */
      version: number
    }
    TicketBuilding: { address: string; id: components['schemas']['BuildingId']; name: string }
    TicketCall: {
      call: components['schemas']['Call']
      kind: components['schemas']['LinkKind']
      /**
       * Format: int64
       * @description Where in the recording the ticket comes up.
       */
      offset_ms: number | null
    }
    TicketChange: {
      building_id?: components['schemas']['BuildingId'] | null
      classifier_id?: components['schemas']['ClassifierId'] | null
      /** @description True completes a ticket that a call opened. */
      complete?: boolean
      details?: string | null
      kind?: components['schemas']['TicketKind'] | null
      place_text?: string | null
      /**
       * Format: int64
       * @description 1 highest .. 4
       */
      priority?: number | null
      requester_id?: components['schemas']['ContactId'] | null
      requester_name?: string | null
      requester_phone?: string | null
      title?: string | null
      told?: boolean
      unit_id?: components['schemas']['UnitId'] | null
      /** Format: int64 */
      version: number
    }
    TicketEvent: {
      actor: components['schemas']['Named'] | null
      /** Format: date-time */
      at: string
      data: Record<string, unknown>
      type: components['schemas']['TicketEventKind']
    }
    /** @enum {string} */
    TicketEventKind:
      | 'opened'
      | 'registered'
      | 'completed'
      | 'changed'
      | 'commented'
      | 'call_linked'
      | 'call_unlinked'
      | 'merged_here'
      | 'clock_breached'
      | 'consulted'
      | 'no_request'
      | 'assign'
      | 'accept'
      | 'decline'
      | 'start'
      | 'localize'
      | 'tell'
      | 'hold'
      | 'resume'
      | 'finish'
      | 'confirm'
      | 'reopen'
      | 'reject'
      | 'cancel'
      | 'merge'
    /** Format: uuid */
    TicketId: string
    /** @enum {string} */
    TicketKind:
      | 'emergency'
      | 'service'
      | 'paid_service'
      | 'appeal'
      | 'complaint'
      | 'info_request'
      | 'pass_request'
      | 'utility_quality'
      | 'internal'
    /** @description A ticket in a list. */
    TicketLine: {
      building: components['schemas']['TicketBuilding'] | null
      classifier: components['schemas']['ClassifierWords'] | null
      clocks: components['schemas']['Clock'][]
      /** @description False: opened by a call, still to be completed. */
      complete: boolean
      executor: components['schemas']['Named'] | null
      id: components['schemas']['TicketId']
      kind: components['schemas']['TicketKind']
      /** @description Digits, as they are read aloud. */
      number: string
      /**
       * Format: int64
       * @description 1 highest .. 4
       */
      priority: number
      /** Format: date-time */
      registered_at: string
      requester_name: string
      /** @description E.164, or as it was typed; masked for who may not see it. */
      requester_phone: string | null
      state: components['schemas']['TicketState']
      /** @description What somebody wrote; empty: it is called by its classifier. */
      title: string
      unit: components['schemas']['TicketUnit'] | null
    }
    /** @enum {string} */
    TicketState:
      | 'new'
      | 'assigned'
      | 'accepted'
      | 'in_progress'
      | 'on_hold'
      | 'done'
      | 'closed'
      | 'rejected'
      | 'cancelled'
      | 'merged'
    TicketUnit: { id: components['schemas']['UnitId']; kind: components['schemas']['UnitKind']; label: string }
    /** @description One line of a contact's history. */
    TimelineItem: components['schemas']['Happened'] & {
      /** Format: date-time */
      at: string
    }
    Token: {
      /** Format: date-time */
      created_at: string
      /**
       * Format: date-time
       * @description None: a token of a former version, which does not expire.
       */
      expires_at: string | null
      id: components['schemas']['TokenId']
      name: string
      /** @description Verbs that it is for, as in `Me.permissions`; None: all that the person may do by a program. */
      scopes: string[] | null
      /**
       * Format: date-time
       * @description When it was last used, to the minute.
       */
      used_at: string | null
    }
    /** Format: uuid */
    TokenId: string
    /** @description One node of the flow that the caller passed. */
    Traced: {
      /** Format: date-time */
      at: string
      input: string
      node: string
    }
    /** @description To a colleague or to a queue: exactly one of the two. */
    Transfer: { agent?: components['schemas']['PersonId'] | null; queue?: string | null }
    Transition: {
      command: components['schemas']['CommandWord']
      executor_id?: components['schemas']['PersonId'] | null
      id?: components['schemas']['EventId'] | null
      into?: components['schemas']['TicketId'] | null
      /**
       * Format: date-time
       * @description When it happened, if not now.
       */
      occurred_at?: string | null
      /** @description Of decline, reopen, reject, cancel; of `hold` one of no_access client_asked parts contractor rso weather owner_consent. */
      reason?: string | null
      /**
       * Format: date-time
       * @description Of `hold`.
       */
      until?: string | null
      /**
       * Format: int64
       * @description Refused if the ticket is newer.
       */
      version: number
    }
    Unit: {
      /** Format: double */
      area: number | null
      building: components['schemas']['BuildingName']
      floor: string | null
      id: components['schemas']['UnitId']
      kind: components['schemas']['UnitKind']
      label: string
      residents: components['schemas']['ResidentView'][]
      /** Format: int64 */
      rooms: number | null
      section: string | null
      state: components['schemas']['UnitState']
      tickets: components['schemas']['TicketLine'][]
      /**
       * Format: int64
       * @description Of the building: whoever changes the unit names it.
       */
      version: number
    }
    /** @description What is not named stays. */
    UnitChange: {
      /** Format: double */
      area?: number | null
      kind?: components['schemas']['UnitKind'] | null
      label?: string | null
      /** Format: int64 */
      rooms?: number | null
      state?: components['schemas']['UnitState'] | null
      /**
       * Format: int64
       * @description Of the building, as `Unit.version` says it.
       */
      version: number
    }
    UnitData: { role: components['schemas']['RelationRole']; unit_id: components['schemas']['UnitId'] }
    /** Format: uuid */
    UnitId: string
    /** @enum {string} */
    UnitKind: 'flat' | 'apartment' | 'commercial' | 'parking' | 'storage'
    /** @description A unit in a list. */
    UnitLine: {
      building: components['schemas']['BuildingName']
      id: components['schemas']['UnitId']
      kind: components['schemas']['UnitKind']
      label: string
      state: components['schemas']['UnitState']
    }
    UnitRef: { id: components['schemas']['UnitId']; kind: components['schemas']['UnitKind']; label: string }
    /** @enum {string} */
    UnitState: 'occupied' | 'vacant' | 'unknown'
    UnitView: {
      /** Format: double */
      area: number | null
      id: components['schemas']['UnitId']
      kind: components['schemas']['UnitKind']
      label: string
      /** Format: int64 */
      open_tickets: number
      /** Format: int64 */
      residents: number
      /** Format: int64 */
      rooms: number | null
      state: components['schemas']['UnitState']
    }
    /** @enum {string} */
    Visibility: 'internal' | 'client'
    WithBoth: {
      /** @description Of the app, or a recovery code. */
      code: string
      password: string
    }
    WithCode: { code: string }
    WithPassword: { password: string }
  }
  responses: {
    /** @description Bad Request */
    BadRequest: {
      headers: { [name: string]: unknown }
      content: {
        /**
         * @example {
         *       "detail": "limit: is at least 1",
         *       "errors": [
         *         {
         *           "field": "limit",
         *           "message": "is at least 1"
         *         }
         *       ],
         *       "instance": "5f1c2a9d0b3e4c6f8a7b1d2e3f405162",
         *       "status": 400,
         *       "title": "The request cannot be read",
         *       "type": "/problems/malformed"
         *     }
         */
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description Conflict */
    Conflict: {
      headers: { [name: string]: unknown }
      content: {
        /**
         * @example {
         *       "current": {
         *         "version": 7
         *       },
         *       "detail": "It was changed by another request; `current` is its state now.",
         *       "instance": "5f1c2a9d0b3e4c6f8a7b1d2e3f405162",
         *       "status": 409,
         *       "title": "Changed meanwhile",
         *       "type": "/problems/stale"
         *     }
         */
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description Forbidden */
    Forbidden: {
      headers: { [name: string]: unknown }
      content: {
        /**
         * @example {
         *       "detail": "Your role does not allow tickets.edit.",
         *       "instance": "5f1c2a9d0b3e4c6f8a7b1d2e3f405162",
         *       "status": 403,
         *       "title": "Not allowed",
         *       "type": "/problems/forbidden"
         *     }
         */
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description Internal Server Error */
    InternalServerError: {
      headers: { [name: string]: unknown }
      content: {
        /**
         * @example {
         *       "detail": "The server failed; the error is in its log.",
         *       "instance": "5f1c2a9d0b3e4c6f8a7b1d2e3f405162",
         *       "status": 500,
         *       "title": "Server error",
         *       "type": "/problems/internal"
         *     }
         */
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description Method Not Allowed */
    MethodNotAllowed: {
      headers: { [name: string]: unknown }
      content: {
        /**
         * @example {
         *       "detail": "This URL does not allow this method.",
         *       "instance": "5f1c2a9d0b3e4c6f8a7b1d2e3f405162",
         *       "status": 405,
         *       "title": "Method not allowed",
         *       "type": "/problems/method"
         *     }
         */
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description Misdirected Request */
    MisdirectedRequest: {
      headers: { [name: string]: unknown }
      content: {
        /**
         * @example {
         *       "detail": "This server is not reached by this name; its names are in the configuration, http.hosts.",
         *       "instance": "5f1c2a9d0b3e4c6f8a7b1d2e3f405162",
         *       "status": 421,
         *       "title": "Foreign host",
         *       "type": "/problems/host"
         *     }
         */
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description Not Found */
    NotFound: {
      headers: { [name: string]: unknown }
      content: {
        /**
         * @example {
         *       "detail": "There is no such ticket.",
         *       "instance": "5f1c2a9d0b3e4c6f8a7b1d2e3f405162",
         *       "status": 404,
         *       "title": "Not found",
         *       "type": "/problems/not-found"
         *     }
         */
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description Payload Too Large */
    PayloadTooLarge: {
      headers: { [name: string]: unknown }
      content: {
        /**
         * @example {
         *       "detail": "A body has at most 1048576 bytes.",
         *       "instance": "5f1c2a9d0b3e4c6f8a7b1d2e3f405162",
         *       "status": 413,
         *       "title": "Body too large",
         *       "type": "/problems/too-large"
         *     }
         */
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description The line and the headers are longer than 16 KiB, or there are more than 64: without a body */
    RequestHeaderFieldsTooLarge: { headers: { [name: string]: unknown }; content?: never }
    /** @description Service Unavailable */
    ServiceUnavailable: {
      headers: { [name: string]: unknown }
      content: {
        /**
         * @example {
         *       "detail": "The database cannot be reached. Calls go on; try again in a few seconds.",
         *       "instance": "5f1c2a9d0b3e4c6f8a7b1d2e3f405162",
         *       "status": 503,
         *       "title": "Try again soon",
         *       "type": "/problems/unavailable"
         *     }
         */
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description Too Many Requests */
    TooManyRequests: {
      headers: { [name: string]: unknown }
      content: {
        /**
         * @example {
         *       "detail": "Try again in 10 seconds.",
         *       "instance": "5f1c2a9d0b3e4c6f8a7b1d2e3f405162",
         *       "status": 429,
         *       "title": "Too many attempts",
         *       "type": "/problems/too-many"
         *     }
         */
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description Unauthorized */
    Unauthorized: {
      headers: { [name: string]: unknown }
      content: {
        /**
         * @example {
         *       "detail": "This needs a log-in or an API token.",
         *       "instance": "5f1c2a9d0b3e4c6f8a7b1d2e3f405162",
         *       "status": 401,
         *       "title": "Log in first",
         *       "type": "/problems/unauthorized"
         *     }
         */
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description Unprocessable Entity */
    UnprocessableEntity: {
      headers: { [name: string]: unknown }
      content: {
        /**
         * @example {
         *       "detail": "title: must not be empty",
         *       "errors": [
         *         {
         *           "field": "title",
         *           "message": "must not be empty"
         *         }
         *       ],
         *       "instance": "5f1c2a9d0b3e4c6f8a7b1d2e3f405162",
         *       "status": 422,
         *       "title": "A value is wrong",
         *       "type": "/problems/invalid"
         *     }
         */
        'application/problem+json': components['schemas']['Problem']
      }
    }
    /** @description Unsupported Media Type */
    UnsupportedMediaType: {
      headers: { [name: string]: unknown }
      content: {
        /**
         * @example {
         *       "detail": "Send `Content-Type: application/json`.",
         *       "instance": "5f1c2a9d0b3e4c6f8a7b1d2e3f405162",
         *       "status": 415,
         *       "title": "Not JSON",
         *       "type": "/problems/media-type"
         *     }
         */
        'application/problem+json': components['schemas']['Problem']
      }
    }
  }
  parameters: never
  requestBodies: never
  headers: never
  pathItems: never
}
export type About = components['schemas']['About']
export type Agent = components['schemas']['Agent']
export type AgentState = components['schemas']['AgentState']
export type AuditAction = components['schemas']['AuditAction']
export type AuditId = components['schemas']['AuditId']
export type AuditLine = components['schemas']['AuditLine']
export type AuditObject = components['schemas']['AuditObject']
export type Building = components['schemas']['Building']
export type BuildingChange = components['schemas']['BuildingChange']
export type BuildingId = components['schemas']['BuildingId']
export type BuildingKind = components['schemas']['BuildingKind']
export type BuildingLine = components['schemas']['BuildingLine']
export type BuildingName = components['schemas']['BuildingName']
export type BuildingStatus = components['schemas']['BuildingStatus']
export type Call = components['schemas']['Call']
export type Callback = components['schemas']['Callback']
export type CallbackEnd = components['schemas']['CallbackEnd']
export type CallbackFilter = components['schemas']['CallbackFilter']
export type CallbackId = components['schemas']['CallbackId']
export type CallbackReason = components['schemas']['CallbackReason']
export type CallbackState = components['schemas']['CallbackState']
export type CallDraft = components['schemas']['CallDraft']
export type CallEvent = components['schemas']['CallEvent']
export type CallId = components['schemas']['CallId']
export type CallLink = components['schemas']['CallLink']
export type CallPage = components['schemas']['CallPage']
export type CallPart = components['schemas']['CallPart']
export type CallStage = components['schemas']['CallStage']
export type CallState = components['schemas']['CallState']
export type CallTicket = components['schemas']['CallTicket']
export type Candidate = components['schemas']['Candidate']
export type Card = components['schemas']['Card']
export type CardAddress = components['schemas']['CardAddress']
export type CardBuilding = components['schemas']['CardBuilding']
export type CardContact = components['schemas']['CardContact']
export type CardUnit = components['schemas']['CardUnit']
export type Challenge = components['schemas']['Challenge']
export type ChosenStatus = components['schemas']['ChosenStatus']
export type Classifier = components['schemas']['Classifier']
export type ClassifierChange = components['schemas']['ClassifierChange']
export type ClassifierId = components['schemas']['ClassifierId']
export type ClassifierWords = components['schemas']['ClassifierWords']
export type Clock = components['schemas']['Clock']
export type ClockCode = components['schemas']['ClockCode']
export type CommandWord = components['schemas']['CommandWord']
export type Comment = components['schemas']['Comment']
export type CommentId = components['schemas']['CommentId']
export type Condition = components['schemas']['Condition']
export type Contact = components['schemas']['Contact']
export type ContactChange = components['schemas']['ContactChange']
export type ContactErase = components['schemas']['ContactErase']
export type ContactId = components['schemas']['ContactId']
export type ContactKind = components['schemas']['ContactKind']
export type ContactMerge = components['schemas']['ContactMerge']
export type ContactPointId = components['schemas']['ContactPointId']
export type ContactStatus = components['schemas']['ContactStatus']
export type ContactUnit = components['schemas']['ContactUnit']
export type Credentials = components['schemas']['Credentials']
export type Damage = components['schemas']['Damage']
export type DamageKind = components['schemas']['DamageKind']
export type Direction = components['schemas']['Direction']
export type Disposition = components['schemas']['Disposition']
export type DispositionCode = components['schemas']['DispositionCode']
export type DispositionLine = components['schemas']['DispositionLine']
export type DraftChange = components['schemas']['DraftChange']
export type DraftContent = components['schemas']['DraftContent']
export type DraftSaved = components['schemas']['DraftSaved']
export type DraftTicket = components['schemas']['DraftTicket']
export type Erasure = components['schemas']['Erasure']
export type EventId = components['schemas']['EventId']
export type Executor = components['schemas']['Executor']
export type Factor = components['schemas']['Factor']
export type FieldChange = components['schemas']['FieldChange']
export type FieldError = components['schemas']['FieldError']
export type FloorId = components['schemas']['FloorId']
export type FloorView = components['schemas']['FloorView']
export type FreshToken = components['schemas']['FreshToken']
export type Grid = components['schemas']['Grid']
export type GridFloor = components['schemas']['GridFloor']
export type GridRiser = components['schemas']['GridRiser']
export type GridSection = components['schemas']['GridSection']
export type GridUnit = components['schemas']['GridUnit']
export type Happened = components['schemas']['Happened']
export type HeldRecording = components['schemas']['HeldRecording']
export type HoldReason = components['schemas']['HoldReason']
export type Identified = components['schemas']['Identified']
export type Intake = components['schemas']['Intake']
export type IntakeChannel = components['schemas']['IntakeChannel']
export type IntakeId = components['schemas']['IntakeId']
export type IntakeState = components['schemas']['IntakeState']
export type IntakeTicket = components['schemas']['IntakeTicket']
export type Interval = components['schemas']['Interval']
export type KeyRequest = components['schemas']['KeyRequest']
export type Language = components['schemas']['Language']
export type Leg = components['schemas']['Leg']
export type LegalHold = components['schemas']['LegalHold']
export type LinkKind = components['schemas']['LinkKind']
export type Locale = components['schemas']['Locale']
export type LoginId = components['schemas']['LoginId']
export type Me = components['schemas']['Me']
export type Named = components['schemas']['Named']
export type Named_BuildingId = components['schemas']['Named_BuildingId']
export type Named_ContactId = components['schemas']['Named_ContactId']
export type NewBuilding = components['schemas']['NewBuilding']
export type NewClassifier = components['schemas']['NewClassifier']
export type NewComment = components['schemas']['NewComment']
export type NewContact = components['schemas']['NewContact']
export type NewKey = components['schemas']['NewKey']
export type NewTicket = components['schemas']['NewTicket']
export type NewToken = components['schemas']['NewToken']
export type NewTotp = components['schemas']['NewTotp']
export type Offer = components['schemas']['Offer']
export type OfferResult = components['schemas']['OfferResult']
export type OpenLogin = components['schemas']['OpenLogin']
export type OpenTicket = components['schemas']['OpenTicket']
export type Outcome = components['schemas']['Outcome']
export type OwnTicket = components['schemas']['OwnTicket']
export type Page_Agent = components['schemas']['Page_Agent']
export type Page_AuditLine = components['schemas']['Page_AuditLine']
export type Page_BuildingLine = components['schemas']['Page_BuildingLine']
export type Page_Call = components['schemas']['Page_Call']
export type Page_Callback = components['schemas']['Page_Callback']
export type Page_Classifier = components['schemas']['Page_Classifier']
export type Page_Comment = components['schemas']['Page_Comment']
export type Page_Contact = components['schemas']['Page_Contact']
export type Page_DispositionLine = components['schemas']['Page_DispositionLine']
export type Page_Executor = components['schemas']['Page_Executor']
export type Page_Intake = components['schemas']['Page_Intake']
export type Page_Interval = components['schemas']['Page_Interval']
export type Page_OpenLogin = components['schemas']['Page_OpenLogin']
export type Page_Person = components['schemas']['Page_Person']
export type Page_Queue = components['schemas']['Page_Queue']
export type Page_Recording = components['schemas']['Page_Recording']
export type Page_TicketLine = components['schemas']['Page_TicketLine']
export type Page_TimelineItem = components['schemas']['Page_TimelineItem']
export type Page_Token = components['schemas']['Page_Token']
export type Page_UnitLine = components['schemas']['Page_UnitLine']
export type PasswordChange = components['schemas']['PasswordChange']
export type Peaks = components['schemas']['Peaks']
export type Person = components['schemas']['Person']
export type PersonChange = components['schemas']['PersonChange']
export type PersonForm = components['schemas']['PersonForm']
export type PersonId = components['schemas']['PersonId']
export type Phone = components['schemas']['Phone']
export type PhoneData = components['schemas']['PhoneData']
export type PowerSupply = components['schemas']['PowerSupply']
export type Problem = components['schemas']['Problem']
export type Profile = components['schemas']['Profile']
export type Proof = components['schemas']['Proof']
export type PublicNumber = components['schemas']['PublicNumber']
export type Purpose = components['schemas']['Purpose']
export type Queue = components['schemas']['Queue']
export type Readiness = components['schemas']['Readiness']
export type Recording = components['schemas']['Recording']
export type RecordingId = components['schemas']['RecordingId']
export type RecordingState = components['schemas']['RecordingState']
export type RecoveryCodes = components['schemas']['RecoveryCodes']
export type RelationRole = components['schemas']['RelationRole']
export type ResidentContact = components['schemas']['ResidentContact']
export type ResidentView = components['schemas']['ResidentView']
export type Riser = components['schemas']['Riser']
export type RiserId = components['schemas']['RiserId']
export type RiserKind = components['schemas']['RiserKind']
export type Role = components['schemas']['Role']
export type SecondFactor = components['schemas']['SecondFactor']
export type SectionId = components['schemas']['SectionId']
export type SectionKind = components['schemas']['SectionKind']
export type SectionView = components['schemas']['SectionView']
export type SecurityKey = components['schemas']['SecurityKey']
export type SecurityKeyId = components['schemas']['SecurityKeyId']
export type Snapshot = components['schemas']['Snapshot']
export type Sort = components['schemas']['Sort']
export type StateForm = components['schemas']['StateForm']
export type StatusForm = components['schemas']['StatusForm']
export type Ticket = components['schemas']['Ticket']
export type TicketBuilding = components['schemas']['TicketBuilding']
export type TicketCall = components['schemas']['TicketCall']
export type TicketChange = components['schemas']['TicketChange']
export type TicketEvent = components['schemas']['TicketEvent']
export type TicketEventKind = components['schemas']['TicketEventKind']
export type TicketId = components['schemas']['TicketId']
export type TicketKind = components['schemas']['TicketKind']
export type TicketLine = components['schemas']['TicketLine']
export type TicketState = components['schemas']['TicketState']
export type TicketUnit = components['schemas']['TicketUnit']
export type TimelineItem = components['schemas']['TimelineItem']
export type Token = components['schemas']['Token']
export type TokenId = components['schemas']['TokenId']
export type Traced = components['schemas']['Traced']
export type Transfer = components['schemas']['Transfer']
export type Transition = components['schemas']['Transition']
export type Unit = components['schemas']['Unit']
export type UnitChange = components['schemas']['UnitChange']
export type UnitData = components['schemas']['UnitData']
export type UnitId = components['schemas']['UnitId']
export type UnitKind = components['schemas']['UnitKind']
export type UnitLine = components['schemas']['UnitLine']
export type UnitRef = components['schemas']['UnitRef']
export type UnitState = components['schemas']['UnitState']
export type UnitView = components['schemas']['UnitView']
export type Visibility = components['schemas']['Visibility']
export type WithBoth = components['schemas']['WithBoth']
export type WithCode = components['schemas']['WithCode']
export type WithPassword = components['schemas']['WithPassword']
export type ResponseBadRequest = components['responses']['BadRequest']
export type ResponseConflict = components['responses']['Conflict']
export type ResponseForbidden = components['responses']['Forbidden']
export type ResponseInternalServerError = components['responses']['InternalServerError']
export type ResponseMethodNotAllowed = components['responses']['MethodNotAllowed']
export type ResponseMisdirectedRequest = components['responses']['MisdirectedRequest']
export type ResponseNotFound = components['responses']['NotFound']
export type ResponsePayloadTooLarge = components['responses']['PayloadTooLarge']
export type ResponseRequestHeaderFieldsTooLarge = components['responses']['RequestHeaderFieldsTooLarge']
export type ResponseServiceUnavailable = components['responses']['ServiceUnavailable']
export type ResponseTooManyRequests = components['responses']['TooManyRequests']
export type ResponseUnauthorized = components['responses']['Unauthorized']
export type ResponseUnprocessableEntity = components['responses']['UnprocessableEntity']
export type ResponseUnsupportedMediaType = components['responses']['UnsupportedMediaType']
export type $defs = Record<string, never>
export interface operations {
  get_about: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    requestBody?: never
    responses: {
      /** @description OK */
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['About'] } }
      400: components['responses']['BadRequest']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_agents: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: { [name: string]: unknown }
        content: { 'application/json': components['schemas']['Page_Agent'] }
      }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_agents_id: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['PersonId'] }; cookie?: never }
    requestBody?: never
    responses: {
      /** @description OK */
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Agent'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_agents_id_intervals: {
    parameters: {
      query?: { from?: string; to?: string }
      header?: never
      path: { id: components['schemas']['PersonId'] }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: { [name: string]: unknown }
        content: { 'application/json': components['schemas']['Page_Interval'] }
      }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  put_agents_id_status: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['PersonId'] }; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['StatusForm'] } }
    responses: {
      /** @description No Content */
      204: { headers: { [name: string]: unknown }; content?: never }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_audit: {
    parameters: {
      query?: {
        /** @description `<what>.<verb>`, such as `contacts.read`. */
        action?: components['schemas']['AuditAction']
        after?: string
        from?: string
        /** @description Of the object. */
        id?: string
        limit?: number
        object?: components['schemas']['AuditObject']
        /** @description Who did it. */
        person?: components['schemas']['PersonId']
        to?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: { [name: string]: unknown }
        content: { 'application/json': components['schemas']['Page_AuditLine'] }
      }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_board: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    requestBody?: never
    responses: {
      /** @description OK */
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Snapshot'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_buildings: {
    parameters: {
      query?: {
        /** @description Without it everything but archived. */
        status?: 'active' | 'onboarding' | 'archived' | 'all'
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: { [name: string]: unknown }
        content: { 'application/json': components['schemas']['Page_BuildingLine'] }
      }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  post_buildings: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['NewBuilding'] } }
    responses: {
      /** @description Created */
      201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Building'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_buildings_id: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['BuildingId'] }; cookie?: never }
    requestBody?: never
    responses: {
      /** @description OK */
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Building'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  patch_buildings_id: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['BuildingId'] }; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['BuildingChange'] } }
    responses: {
      /** @description OK */
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Building'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  put_buildings_id_grid: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['BuildingId'] }; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['Grid'] } }
    responses: {
      /** @description OK */
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Building'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_callbacks: {
    parameters: {
      query?: {
        after?: string
        limit?: number
        /** @description `open` (the default) is pending and claimed. */
        state?: components['schemas']['CallbackFilter']
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: { [name: string]: unknown }
        content: { 'application/json': components['schemas']['Page_Callback'] }
      }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  put_callbacks_id_claim: {
    parameters: {
      query?: {
        /** @description From the colleague who has it. */
        take_over?: boolean
      }
      header?: never
      path: { id: components['schemas']['CallbackId'] }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Callback'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  delete_callbacks_id_claim: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['CallbackId'] }; cookie?: never }
    requestBody?: never
    responses: {
      /** @description OK */
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Callback'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  put_callbacks_id_state: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['CallbackId'] }; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['StateForm'] } }
    responses: {
      /** @description OK */
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Callback'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_calls: {
    parameters: {
      query?: {
        after?: string
        agent?: components['schemas']['PersonId']
        contact?: components['schemas']['ContactId']
        from?: string
        limit?: number
        outcome?: components['schemas']['Outcome']
        phone?: string
        state?: components['schemas']['CallState']
        to?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Page_Call'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_calls_id: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['CallId'] }; cookie?: never }
    requestBody?: never
    responses: {
      /** @description OK */
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['CallPage'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  delete_calls_id: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['CallId'] }; cookie?: never }
    requestBody?: never
    responses: {
      /** @description No Content */
      204: { headers: { [name: string]: unknown }; content?: never }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_calls_id_card: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['CallId'] }; cookie?: never }
    requestBody?: never
    responses: {
      /** @description OK */
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Card'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  put_calls_id_contact: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['CallId'] }; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['Identified'] } }
    responses: {
      /** @description No Content */
      204: { headers: { [name: string]: unknown }; content?: never }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  put_calls_id_disposition: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['CallId'] }; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['Disposition'] } }
    responses: {
      /** @description No Content */
      204: { headers: { [name: string]: unknown }; content?: never }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_calls_id_draft: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['CallId'] }; cookie?: never }
    requestBody?: never
    responses: {
      /** @description OK */
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['CallDraft'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  put_calls_id_draft: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['CallId'] }; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['DraftChange'] } }
    responses: {
      /** @description OK */
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['CallDraft'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  put_calls_id_hold: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['CallId'] }; cookie?: never }
    requestBody?: never
    responses: {
      /** @description No Content */
      204: { headers: { [name: string]: unknown }; content?: never }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  delete_calls_id_hold: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['CallId'] }; cookie?: never }
    requestBody?: never
    responses: {
      /** @description No Content */
      204: { headers: { [name: string]: unknown }; content?: never }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  post_calls_id_transfer: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['CallId'] }; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['Transfer'] } }
    responses: {
      /** @description No Content */
      204: { headers: { [name: string]: unknown }; content?: never }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_classifiers: {
    parameters: {
      query?: {
        after?: string
        /** @description Those too that new tickets do not get any more. */
        inactive?: boolean
        limit?: number
        /** @description Beginnings of words. */
        q?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: { [name: string]: unknown }
        content: { 'application/json': components['schemas']['Page_Classifier'] }
      }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  post_classifiers: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['NewClassifier'] } }
    responses: {
      /** @description Created */
      201: {
        headers: { [name: string]: unknown }
        content: { 'application/json': components['schemas']['Classifier'] }
      }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_classifiers_id: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['ClassifierId'] }; cookie?: never }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: { [name: string]: unknown }
        content: { 'application/json': components['schemas']['Classifier'] }
      }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  patch_classifiers_id: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['ClassifierId'] }; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['ClassifierChange'] } }
    responses: {
      /** @description OK */
      200: {
        headers: { [name: string]: unknown }
        content: { 'application/json': components['schemas']['Classifier'] }
      }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_contacts: {
    parameters: {
      query?: {
        after?: string
        building?: components['schemas']['BuildingId']
        limit?: number
        /** @description One number in any notation, or some of its digits. */
        phone?: string
        /** @description Words of the name, or digits of the phone. */
        q?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: { [name: string]: unknown }
        content: { 'application/json': components['schemas']['Page_Contact'] }
      }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  post_contacts: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['NewContact'] } }
    responses: {
      /** @description Created */
      201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Contact'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_contacts_id: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['ContactId'] }; cookie?: never }
    requestBody?: never
    responses: {
      /** @description OK */
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Contact'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  patch_contacts_id: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['ContactId'] }; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['ContactChange'] } }
    responses: {
      /** @description OK */
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Contact'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  post_contacts_id_erase: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['ContactId'] }; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['ContactErase'] } }
    responses: {
      /** @description OK */
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Erasure'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_contacts_id_erasure: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['ContactId'] }; cookie?: never }
    requestBody?: never
    responses: {
      /** @description OK */
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Erasure'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  post_contacts_id_merge: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['ContactId'] }; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['ContactMerge'] } }
    responses: {
      /** @description OK */
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Contact'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_contacts_id_timeline: {
    parameters: {
      query?: { after?: string; limit?: number }
      header?: never
      path: { id: components['schemas']['ContactId'] }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: { [name: string]: unknown }
        content: { 'application/json': components['schemas']['Page_TimelineItem'] }
      }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_dispositions: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: { [name: string]: unknown }
        content: { 'application/json': components['schemas']['Page_DispositionLine'] }
      }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_executors: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: { [name: string]: unknown }
        content: { 'application/json': components['schemas']['Page_Executor'] }
      }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_intakes: {
    parameters: {
      query?: {
        after?: string
        channel?: components['schemas']['IntakeChannel']
        from?: string
        limit?: number
        to?: string
        /** @description Only those whose call is over, that nobody disposed of and that no open callback stands for. */
        undisposed?: boolean
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: { [name: string]: unknown }
        content: { 'application/json': components['schemas']['Page_Intake'] }
      }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_intakes_id: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['IntakeId'] }; cookie?: never }
    requestBody?: never
    responses: {
      /** @description OK */
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Intake'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  put_intakes_id_disposition: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['IntakeId'] }; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['Disposition'] } }
    responses: {
      /** @description No Content */
      204: { headers: { [name: string]: unknown }; content?: never }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_live: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    requestBody?: never
    responses: {
      /** @description a WebSocket of JSON messages: docs/live.md */
      101: { headers: { [name: string]: unknown }; content?: never }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  post_login: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['Credentials'] } }
    responses: {
      /** @description sets the cookie linedesk_login, or __Host-linedesk_login when browsers come by HTTPS */
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Me'] } }
      /** @description nobody is logged in yet: answer by POST /api/v1/login/second-factor */
      202: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Challenge'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  delete_login: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    requestBody?: never
    responses: {
      /** @description No Content */
      204: { headers: { [name: string]: unknown }; content?: never }
      400: components['responses']['BadRequest']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      421: components['responses']['MisdirectedRequest']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  'post_login_second-factor': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['Proof'] } }
    responses: {
      /** @description sets the cookie, as POST /api/v1/login does */
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Me'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_logins: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: { [name: string]: unknown }
        content: { 'application/json': components['schemas']['Page_OpenLogin'] }
      }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  delete_logins: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    requestBody?: never
    responses: {
      /** @description No Content */
      204: { headers: { [name: string]: unknown }; content?: never }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      421: components['responses']['MisdirectedRequest']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  delete_logins_id: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['LoginId'] }; cookie?: never }
    requestBody?: never
    responses: {
      /** @description No Content */
      204: { headers: { [name: string]: unknown }; content?: never }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_me: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    requestBody?: never
    responses: {
      /** @description OK */
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Me'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  put_password: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['PasswordChange'] } }
    responses: {
      /** @description No Content */
      204: { headers: { [name: string]: unknown }; content?: never }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_people: {
    parameters: {
      query?: { after?: string; limit?: number; role?: components['schemas']['Role'] }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: { [name: string]: unknown }
        content: { 'application/json': components['schemas']['Page_Person'] }
      }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  post_people: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['PersonForm'] } }
    responses: {
      /** @description Created */
      201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Person'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  patch_people_id: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['PersonId'] }; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['PersonChange'] } }
    responses: {
      /** @description OK */
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Person'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_people_id_logins: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['PersonId'] }; cookie?: never }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: { [name: string]: unknown }
        content: { 'application/json': components['schemas']['Page_OpenLogin'] }
      }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  delete_people_id_logins: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['PersonId'] }; cookie?: never }
    requestBody?: never
    responses: {
      /** @description No Content */
      204: { headers: { [name: string]: unknown }; content?: never }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  'get_people_id_second-factor': {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['PersonId'] }; cookie?: never }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: { [name: string]: unknown }
        content: { 'application/json': components['schemas']['SecondFactor'] }
      }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  'delete_people_id_second-factor': {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['PersonId'] }; cookie?: never }
    requestBody?: never
    responses: {
      /** @description No Content */
      204: { headers: { [name: string]: unknown }; content?: never }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_people_id_tokens: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['PersonId'] }; cookie?: never }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: { [name: string]: unknown }
        content: { 'application/json': components['schemas']['Page_Token'] }
      }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  delete_people_id_tokens_token: {
    parameters: {
      query?: never
      header?: never
      path: { id: components['schemas']['PersonId']; token: components['schemas']['TokenId'] }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description No Content */
      204: { headers: { [name: string]: unknown }; content?: never }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_queues: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: { [name: string]: unknown }
        content: { 'application/json': components['schemas']['Page_Queue'] }
      }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_recordings: {
    parameters: {
      query?: { after?: string; call?: components['schemas']['CallId']; limit?: number }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: { [name: string]: unknown }
        content: { 'application/json': components['schemas']['Page_Recording'] }
      }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_recordings_id: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['RecordingId'] }; cookie?: never }
    requestBody?: never
    responses: {
      /** @description OK */
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Recording'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_recordings_id_audio: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['RecordingId'] }; cookie?: never }
    requestBody?: never
    responses: {
      /** @description stereo, 16 bit, 8 kHz: left the caller, right the agent */
      200: { headers: { [name: string]: unknown }; content: { 'audio/wav': unknown } }
      /** @description Partial Content */
      206: { headers: { [name: string]: unknown }; content: { 'audio/wav': unknown } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      /** @description Range Not Satisfiable */
      416: {
        headers: { [name: string]: unknown }
        content: {
          /**
           * @example {
           *       "detail": "The recording has 3244 bytes.",
           *       "instance": "5f1c2a9d0b3e4c6f8a7b1d2e3f405162",
           *       "status": 416,
           *       "title": "Range not satisfiable",
           *       "type": "/problems/range"
           *     }
           */
          'application/problem+json': components['schemas']['Problem']
        }
      }
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  'put_recordings_id_legal-hold': {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['RecordingId'] }; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['LegalHold'] } }
    responses: {
      /** @description No Content */
      204: { headers: { [name: string]: unknown }; content?: never }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  'delete_recordings_id_legal-hold': {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['RecordingId'] }; cookie?: never }
    requestBody?: never
    responses: {
      /** @description No Content */
      204: { headers: { [name: string]: unknown }; content?: never }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_recordings_id_peaks: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['RecordingId'] }; cookie?: never }
    requestBody?: never
    responses: {
      /** @description OK */
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Peaks'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  'get_second-factor': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: { [name: string]: unknown }
        content: { 'application/json': components['schemas']['SecondFactor'] }
      }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  'put_second-factor_keys': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['NewKey'] } }
    responses: {
      /** @description OK */
      200: {
        headers: { [name: string]: unknown }
        content: { 'application/json': components['schemas']['RecoveryCodes'] }
      }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  'post_second-factor_keys': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['WithPassword'] } }
    responses: {
      /** @description OK */
      200: {
        headers: { [name: string]: unknown }
        content: { 'application/json': components['schemas']['KeyRequest'] }
      }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  'post_second-factor_keys_id_removal': {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['SecurityKeyId'] }; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['WithBoth'] } }
    responses: {
      /** @description No Content */
      204: { headers: { [name: string]: unknown }; content?: never }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  'post_second-factor_recovery-codes': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['WithBoth'] } }
    responses: {
      /** @description OK */
      200: {
        headers: { [name: string]: unknown }
        content: { 'application/json': components['schemas']['RecoveryCodes'] }
      }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  'put_second-factor_totp': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['WithCode'] } }
    responses: {
      /** @description OK */
      200: {
        headers: { [name: string]: unknown }
        content: { 'application/json': components['schemas']['RecoveryCodes'] }
      }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  'post_second-factor_totp': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['WithPassword'] } }
    responses: {
      /** @description Created */
      201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['NewTotp'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  'post_second-factor_totp_removal': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['WithBoth'] } }
    responses: {
      /** @description No Content */
      204: { headers: { [name: string]: unknown }; content?: never }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_tickets: {
    parameters: {
      query?: {
        after?: string
        building?: components['schemas']['BuildingId']
        call?: components['schemas']['CallId']
        classifier?: components['schemas']['ClassifierId']
        /** @description The requester. */
        contact?: components['schemas']['ContactId']
        /** @description `me` or a person's id. */
        executor?: string
        limit?: number
        /** @description The requester's number, in any notation. */
        phone?: string
        /** @description Number, title, address, name or phone. */
        q?: string
        sort?: components['schemas']['Sort']
        /** @description `open`, `all`, or states separated by commas. */
        state?: string
        unit?: components['schemas']['UnitId']
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: { [name: string]: unknown }
        content: { 'application/json': components['schemas']['Page_TicketLine'] }
      }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  post_tickets: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['NewTicket'] } }
    responses: {
      /** @description Created */
      201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Ticket'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_tickets_id: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['TicketId'] }; cookie?: never }
    requestBody?: never
    responses: {
      /** @description OK */
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Ticket'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  patch_tickets_id: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['TicketId'] }; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['TicketChange'] } }
    responses: {
      /** @description OK */
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Ticket'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  put_tickets_id_calls_call_id: {
    parameters: {
      query?: never
      header?: never
      path: { call_id: components['schemas']['CallId']; id: components['schemas']['TicketId'] }
      cookie?: never
    }
    requestBody: { content: { 'application/json': components['schemas']['CallLink'] } }
    responses: {
      /** @description No Content */
      204: { headers: { [name: string]: unknown }; content?: never }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  delete_tickets_id_calls_call_id: {
    parameters: {
      query?: never
      header?: never
      path: { call_id: components['schemas']['CallId']; id: components['schemas']['TicketId'] }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description No Content */
      204: { headers: { [name: string]: unknown }; content?: never }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_tickets_id_comments: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['TicketId'] }; cookie?: never }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: { [name: string]: unknown }
        content: { 'application/json': components['schemas']['Page_Comment'] }
      }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  post_tickets_id_comments: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['TicketId'] }; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['NewComment'] } }
    responses: {
      /** @description Created */
      201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Comment'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  post_tickets_id_transitions: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['TicketId'] }; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['Transition'] } }
    responses: {
      /** @description OK */
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Ticket'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_tokens: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: { [name: string]: unknown }
        content: { 'application/json': components['schemas']['Page_Token'] }
      }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  post_tokens: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['NewToken'] } }
    responses: {
      /** @description Created */
      201: {
        headers: { [name: string]: unknown }
        content: { 'application/json': components['schemas']['FreshToken'] }
      }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  delete_tokens_id: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['TokenId'] }; cookie?: never }
    requestBody?: never
    responses: {
      /** @description No Content */
      204: { headers: { [name: string]: unknown }; content?: never }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_units: {
    parameters: {
      query?: {
        after?: string
        building?: components['schemas']['BuildingId']
        limit?: number
        /** @description The beginning of the label. */
        q?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: { [name: string]: unknown }
        content: { 'application/json': components['schemas']['Page_UnitLine'] }
      }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  get_units_id: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['UnitId'] }; cookie?: never }
    requestBody?: never
    responses: {
      /** @description OK */
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Unit'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
  patch_units_id: {
    parameters: { query?: never; header?: never; path: { id: components['schemas']['UnitId'] }; cookie?: never }
    requestBody: { content: { 'application/json': components['schemas']['UnitChange'] } }
    responses: {
      /** @description OK */
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Unit'] } }
      400: components['responses']['BadRequest']
      401: components['responses']['Unauthorized']
      403: components['responses']['Forbidden']
      404: components['responses']['NotFound']
      405: components['responses']['MethodNotAllowed']
      409: components['responses']['Conflict']
      413: components['responses']['PayloadTooLarge']
      415: components['responses']['UnsupportedMediaType']
      421: components['responses']['MisdirectedRequest']
      422: components['responses']['UnprocessableEntity']
      429: components['responses']['TooManyRequests']
      431: components['responses']['RequestHeaderFieldsTooLarge']
      500: components['responses']['InternalServerError']
      503: components['responses']['ServiceUnavailable']
    }
  }
}
