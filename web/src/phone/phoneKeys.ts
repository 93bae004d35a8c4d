export const PHONE_KEYS = {
  answer: ['F2', 'alt+KeyA'],
  hold: ['alt+KeyH'],
  mute: ['alt+KeyM'],
  transfer: ['alt+KeyT'],
  keypad: ['alt+KeyK'],
  hangUp: ['alt+KeyE', 'F9'],
  ready: ['alt+KeyR'],
} as const
