import { getDisplayValueAlignmentFactors, VizOrientation } from '@grafana/data';
import type { DisplayValueAlignmentFactors, FieldDisplay } from '@grafana/data';
import { BarGaugeDisplayMode, BarGaugeNamePlacement, BarGaugeValueMode } from '@grafana/schema';
import { BarGauge, useTheme2, VizRepeater } from '@grafana/ui';
import type { ReactNode } from 'react';
import { figures } from './figures.ts';
import type { FigureOptions } from './figures.ts';
import { Linked } from './linked.tsx';
import type { ViewProps } from './views.ts';

interface BarGaugeOptions extends FigureOptions {
  displayMode?: BarGaugeDisplayMode;
  valueMode?: BarGaugeValueMode;
  namePlacement?: BarGaugeNamePlacement;
  showUnfilled?: boolean;
}

/** A bar for each value. */
export function BarGaugeView(props: ViewProps): ReactNode {
  const theme = useTheme2();
  const { panel, width, height } = props;
  const options = (panel.options ?? {}) as BarGaugeOptions;
  const asked = (options.orientation as VizOrientation | undefined) ?? VizOrientation.Horizontal;
  return (
    <VizRepeater<FieldDisplay, DisplayValueAlignmentFactors>
      source={props.frames}
      renderCounter={0}
      width={width}
      height={height}
      orientation={asked === VizOrientation.Auto ? VizOrientation.Horizontal : asked}
      itemSpacing={10}
      minVizHeight={16}
      maxVizHeight={40}
      getValues={() => figures(props, theme)}
      getAlignmentFactors={getDisplayValueAlignmentFactors}
      renderValue={({ value: figure, count: _count, ...layout }) => (
        <Linked figure={figure}>
          <BarGauge
            {...layout}
            theme={theme}
            value={figure.display}
            field={figure.field}
            display={figure.view?.getFieldDisplayProcessor(figure.colIndex ?? 0)}
            displayMode={options.displayMode ?? BarGaugeDisplayMode.Gradient}
            valueDisplayMode={options.valueMode ?? BarGaugeValueMode.Color}
            namePlacement={options.namePlacement ?? BarGaugeNamePlacement.Auto}
            showUnfilled={options.showUnfilled ?? true}
            text={options.text}
            itemSpacing={8}
            lcdCellWidth={8}
          />
        </Linked>
      )}
    />
  );
}
