import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core'

// One accent colour, teal. Red is kept for danger and breach, amber for "soon".
const lamp: MantineColorsTuple = [
  '#e6f6f7',
  '#d3ecee',
  '#a8d8dc',
  '#79c3c9',
  '#53b1b9',
  '#35a1ab',
  '#1b8f9a',
  '#0f7d88',
  '#0b6e79',
  '#07565f',
]

// Dark enough for white text in both colour schemes.
const red: MantineColorsTuple = [
  '#fdecec',
  '#fad5d5',
  '#f2a9a9',
  '#ec7b7b',
  '#e65454',
  '#e33c3c',
  '#d63131',
  '#cf2f2f',
  '#bf2626',
  '#a61e1e',
]

export const theme = createTheme({
  colors: { lamp, red },
  primaryColor: 'lamp',
  primaryShade: { light: 8, dark: 7 },
  autoContrast: true,
  luminanceThreshold: 0.35,
  defaultRadius: 'sm',
  fontFamily: '"Inter Variable", system-ui, -apple-system, "Segoe UI", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace',
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.3' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.35' },
      h3: { fontSize: '0.875rem', lineHeight: '1.4' },
    },
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
  // Plain settings: `Select.extend` would load every component named here with the first page.
  components: {
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    Badge: { defaultProps: { variant: 'light', radius: 'sm', tt: 'none', fw: 500, miw: 'max-content' } },
    Button: { defaultProps: { size: 'xs', fw: 500 } },
    Modal: {
      defaultProps: {
        centered: true,
        radius: 'md',
        overlayProps: { backgroundOpacity: 0.45 },
        transitionProps: { duration: 120 },
      },
    },
    MultiSelect: { defaultProps: { size: 'xs', comboboxProps: { shadow: 'md' } } },
    PasswordInput: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs', comboboxProps: { shadow: 'md' }, allowDeselect: false } },
    Textarea: { defaultProps: { size: 'xs' } },
    TextInput: { defaultProps: { size: 'xs' } },
    Tooltip: {
      defaultProps: {
        openDelay: 300,
        withArrow: true,
        multiline: true,
        maw: 360,
        events: { hover: true, focus: true, touch: true },
      },
    },
  },
})

/** Mantine's grey text misses 4.5:1 on its own backgrounds; ours does not. */
export const variables: CSSVariablesResolver = () => ({
  variables: { '--ld-bar-height': '56px', '--mantine-font-size-xs': '0.8125rem' },
  light: {
    '--mantine-color-dimmed': '#566069',
    '--mantine-color-placeholder': '#6b747c',
    '--mantine-color-body': '#f6f8f8',
    '--mantine-color-error': '#c42b2b',
    '--mantine-color-anchor': '#0b6e79',
    '--ld-paper': '#ffffff',
    '--ld-line': '#dfe5e6',
    '--ld-strong': '#1a2327',
    '--ld-accent': '#0b6e79',
    '--ld-accent-soft': '#e6f4f5',
    '--ld-soon': '#8a5300',
    '--ld-soon-soft': '#fff1d6',
    '--ld-breach': '#b91c1c',
    '--ld-breach-soft': '#fdeaea',
  },
  dark: {
    '--mantine-color-dimmed': '#a3adb2',
    '--mantine-color-placeholder': '#8f999e',
    '--mantine-color-body': '#14191b',
    '--mantine-color-text': '#dce3e5',
    '--mantine-color-error': '#ff8a8a',
    '--mantine-color-anchor': '#6cc5cd',
    '--mantine-color-dark-6': '#1d2427',
    '--ld-paper': '#1b2124',
    '--ld-line': '#30393d',
    '--ld-strong': '#f1f5f6',
    '--ld-accent': '#6cc5cd',
    '--ld-accent-soft': '#14363a',
    '--ld-soon': '#f2b84b',
    '--ld-soon-soft': '#3a2d12',
    '--ld-breach': '#ff8080',
    '--ld-breach-soft': '#411b1b',
  },
})
