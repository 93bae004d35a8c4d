// Security keys: what the server asks, in the browser's own words, and back.

/** What a key said, for the server alone. */
type Answer = Record<string, never>

/** Can this browser ask a key at all? Only on HTTPS pages, or on this machine. */
export function keysSupported(): boolean {
  return typeof PublicKeyCredential === 'function' && 'parseRequestOptionsFromJSON' in PublicKeyCredential
}

/** A new key for this person. Fails when the person cancels, or the key is known already. */
export async function makeKey(options: object): Promise<Answer> {
  const { publicKey } = options as { publicKey: PublicKeyCredentialCreationOptionsJSON }
  const made = await navigator.credentials.create({
    publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey),
  })
  return answerOf(made)
}

/** A key that is known answers. */
export async function askKey(options: object): Promise<Answer> {
  const { publicKey } = options as { publicKey: PublicKeyCredentialRequestOptionsJSON }
  const given = await navigator.credentials.get({
    publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey),
  })
  return answerOf(given)
}

function answerOf(credential: Credential | null): Answer {
  if (!(credential instanceof PublicKeyCredential)) throw new Error('no security key')
  const answer: object = credential.toJSON()
  return answer as Answer
}
