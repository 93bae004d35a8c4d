import { useTranslation } from 'react-i18next'
import { ChoiceField, type Set } from '../../ui/filters'
import { useBuildings } from './useBuildings'

export function BuildingField({ url, set }: { url: Record<string, string>; set: Set }) {
  const { t } = useTranslation()
  const buildings = useBuildings()
  return (
    <ChoiceField
      url={url}
      set={set}
      name="building"
      label={t('building.one')}
      unset={t('building.any')}
      data={buildings.map((building) => ({ value: building.id, label: building.name }))}
    />
  )
}
