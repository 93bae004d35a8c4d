import { TextInput, type TextInputProps } from '@mantine/core'
import { useState } from 'react'
import { phone } from './format'

/** Shows the number as typed while it has the focus, grouped afterwards: regrouping while typing would move the cursor. */
export function PhoneField({
  value,
  onValue,
  ...rest
}: Omit<TextInputProps, 'value' | 'onChange' | 'type'> & { value: string; onValue: (typed: string) => void }) {
  const [typing, setTyping] = useState(false)
  return (
    <TextInput
      type="tel"
      autoComplete="off"
      {...rest}
      value={typing ? value : phone(value) || value}
      onFocus={() => setTyping(true)}
      onBlur={() => setTyping(false)}
      onChange={(event) => onValue(event.currentTarget.value)}
    />
  )
}
