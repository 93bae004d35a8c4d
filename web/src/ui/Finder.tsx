import { Combobox, Loader, TextInput, useCombobox } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { ActionIcon } from '@mantine/core'
import { type ReactNode, type Ref, useState } from 'react'
import { useTranslation } from 'react-i18next'

interface Props<T> {
  label: string
  placeholder?: string
  description?: ReactNode
  /** What is chosen, in words; empty when nothing is. */
  chosen: string
  options: T[]
  idOf: (option: T) => string
  render: (option: T) => ReactNode
  onType: (typed: string) => void
  onPick: (option: T) => void
  onClear?: () => void
  loading?: boolean
  error?: ReactNode
  required?: boolean
  inputRef?: Ref<HTMLInputElement>
  /** What to say when nothing was found. */
  nothing?: ReactNode
  autoFocus?: boolean
}

/** Type a few letters, arrows, Enter. The search itself is the caller's. */
export function Finder<T>({
  label,
  placeholder,
  description,
  chosen,
  options,
  idOf,
  render,
  onType,
  onPick,
  onClear,
  loading,
  error,
  required,
  inputRef,
  nothing,
  autoFocus,
}: Props<T>) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState<string | null>(null)
  const box = useCombobox({
    onDropdownClose: () => {
      box.resetSelectedOption()
      setTyped(null)
    },
  })
  const pick = (id: string) => {
    const option = options.find((each) => idOf(each) === id)
    if (option !== undefined) onPick(option)
    setTyped(null)
    box.closeDropdown()
  }
  return (
    <Combobox store={box} onOptionSubmit={pick} shadow="md">
      <Combobox.Target withExpandedAttribute>
        <TextInput
          ref={inputRef}
          label={label}
          description={description}
          placeholder={placeholder}
          required={required}
          error={error}
          autoFocus={autoFocus}
          data-autofocus={autoFocus || undefined}
          role="combobox"
          value={typed ?? chosen}
          title={chosen || undefined}
          onFocus={(event) => event.currentTarget.select()}
          onClick={() => box.openDropdown()}
          onChange={(event) => {
            setTyped(event.currentTarget.value)
            onType(event.currentTarget.value)
            box.openDropdown()
            box.selectFirstOption()
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return
            const [first] = options
            // Enter chooses; it does not send the form around.
            event.preventDefault()
            if (box.dropdownOpened && box.getSelectedOptionIndex() < 0 && first !== undefined && typed) {
              pick(idOf(first))
            }
          }}
          onBlur={() => box.closeDropdown()}
          rightSection={
            loading ? (
              <Loader size={14} />
            ) : chosen && onClear ? (
              <ActionIcon
                size="sm"
                aria-label={t('do.clear_field', { field: label })}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => {
                  onClear()
                  setTyped(null)
                  onType('')
                }}
              >
                <IconX size={14} aria-hidden />
              </ActionIcon>
            ) : undefined
          }
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={options.length === 0 && !typed}>
        <Combobox.Options mah={280} style={{ overflowY: 'auto' }} aria-label={label}>
          {options.map((option) => (
            <Combobox.Option value={idOf(option)} key={idOf(option)}>
              {render(option)}
            </Combobox.Option>
          ))}
          {options.length === 0 && typed && !loading && (
            <Combobox.Empty>{nothing ?? t('wait.nothing_found')}</Combobox.Empty>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
