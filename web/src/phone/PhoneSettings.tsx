import { ActionIcon, Button, Popover, Progress, SegmentedControl, Select } from '@mantine/core'
import { IconHeadset, IconHeadsetOff, IconVolume } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { choose, chosen, type Device, meter, openMicrophone, testSound, useDevices, wakeAudio } from './media'
import type { Instrument } from './stage'
import type { PhoneUse } from './usePhone'

const KIND: Record<Device, MediaDeviceKind> = { input: 'audioinput', output: 'audiooutput', ring: 'audiooutput' }

/** Line state and devices. */
export function PhoneSettings({ use }: { use: PhoneUse }) {
  const { t } = useTranslation()
  const [opened, setOpened] = useState(false)
  const up = use.instrument === 'desk_phone' ? use.row?.device === true : use.phone.line === 'up'
  const said =
    use.instrument === 'desk_phone'
      ? up
        ? t('phone.line.desk_phone')
        : t('phone.line.no_desk_phone')
      : t(`phone.line.${use.phone.line}`)
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" shadow="md" width={320} trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon
          size="lg"
          aria-label={t('phone.settings_and_line', { line: said })}
          title={said}
          onClick={() => setOpened((open) => !open)}
        >
          {up ? (
            <IconHeadset size={20} aria-hidden color="var(--ld-accent)" />
          ) : (
            <IconHeadsetOff size={20} aria-hidden color="var(--ld-soon)" />
          )}
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <div className="stack" style={{ gap: 10 }}>
          <div className="row">
            <span className="strong">{t('phone.settings')}</span>
            <span className="muted small">{said}</span>
          </div>
          <SegmentedControl
            size="xs"
            fullWidth
            value={use.instrument}
            onChange={(value) => use.setInstrument(value as Instrument)}
            aria-label={t('phone.instrument')}
            data={[
              { value: 'browser', label: t('phone.instrument_browser') },
              { value: 'desk_phone', label: t('phone.instrument_desk_phone') },
            ]}
          />
          {use.instrument === 'browser' && opened && <Devices />}
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}

function Devices() {
  const { t } = useTranslation()
  const devices = useDevices()
  const [, refresh] = useState(0)
  const pick = (device: Device) => {
    const data = devices
      .filter((each) => each.kind === KIND[device] && each.deviceId !== '' && each.deviceId !== 'default')
      .map((each) => ({ value: each.deviceId, label: each.label || t('phone.unnamed_device') }))
    return (
      <Select
        key={device}
        label={t(`phone.device.${device}`)}
        data={[{ value: '', label: t('phone.default_device') }, ...data]}
        value={chosen(device)}
        onChange={(value) => {
          choose(device, value ?? '')
          refresh((n) => n + 1)
        }}
      />
    )
  }
  return (
    <>
      {pick('input')}
      <LevelMeter />
      {pick('output')}
      {pick('ring')}
      <Button variant="default" leftSection={<IconVolume size={16} aria-hidden />} onClick={testSound}>
        {t('phone.test_sound')}
      </Button>
    </>
  )
}

export function LevelMeter() {
  const { t } = useTranslation()
  const [level, setLevel] = useState(0)
  useEffect(() => {
    let stopped = false
    let stop = () => {}
    wakeAudio()
    openMicrophone()
      .then((stream) => {
        if (stopped) return
        const ear = meter(stream)
        const timer = setInterval(() => setLevel(Math.round(ear.level() * 100)), 80)
        stop = () => {
          clearInterval(timer)
          ear.stop()
        }
      })
      .catch(() => {})
    return () => {
      stopped = true
      stop()
    }
  }, [])
  return <Progress value={level} size="sm" transitionDuration={60} aria-label={t('phone.level')} />
}
