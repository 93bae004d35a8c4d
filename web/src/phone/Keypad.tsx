import { Button, Popover } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import css from './PhoneBar.module.css'

export const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const

export function DigitPad({ onDigit, size = 'sm' }: { onDigit: (digit: string) => void; size?: 'sm' | 'lg' }) {
  const { t } = useTranslation()
  return (
    <div
      className={css.pad}
      style={size === 'lg' ? { gridTemplateColumns: 'repeat(3, 84px)', gap: 12 } : undefined}
      role="group"
      aria-label={t('phone.keypad')}
    >
      {DIGITS.map((digit) => (
        <Button
          key={digit}
          variant="default"
          size={size}
          h={size === 'lg' ? 60 : undefined}
          fz={size === 'lg' ? '1.375rem' : undefined}
          onClick={() => onDigit(digit)}
          aria-label={t('phone.digit', { digit })}
        >
          {digit}
        </Button>
      ))}
    </div>
  )
}

/** Tones for the other side's menus; digits may be typed. */
export function Keypad({
  opened,
  onChange,
  onDigit,
  children,
}: {
  opened: boolean
  onChange: (opened: boolean) => void
  onDigit: (digit: string) => void
  children: ReactNode
}) {
  const [sent, setSent] = useState('')
  const { t } = useTranslation()
  const press = (digit: string) => {
    setSent((old) => (old + digit).slice(-16))
    onDigit(digit)
  }
  return (
    <Popover
      opened={opened}
      onChange={onChange}
      onClose={() => setSent('')}
      position="bottom-end"
      shadow="md"
      trapFocus
      returnFocus
    >
      <Popover.Target>{children}</Popover.Target>
      <Popover.Dropdown>
        <div
          onKeyDown={(event) => {
            if (/^[0-9*#]$/.test(event.key)) press(event.key)
          }}
        >
          <output
            className="num"
            style={{ display: 'block', minHeight: 24, marginBottom: 6, letterSpacing: 2 }}
            aria-label={t('phone.sent_digits')}
          >
            {sent}
          </output>
          <DigitPad onDigit={press} />
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}
