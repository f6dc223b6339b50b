import { getDisplayValueAlignmentFactors, VizOrientation } from '@grafana/data';
import type { DisplayValueAlignmentFactors, FieldDisplay } from '@grafana/data';
import {
  BigValue, BigValueColorMode, BigValueGraphMode, BigValueJustifyMode, BigValueTextMode, useTheme2, VizRepeater,
} from '@grafana/ui';
import type { ReactNode } from 'react';
import { figures } from './figures.ts';
import type { FigureOptions } from './figures.ts';
import { Linked } from './linked.tsx';
import type { ViewProps } from './views.ts';

interface StatOptions extends FigureOptions {
  colorMode?: BigValueColorMode;
  graphMode?: BigValueGraphMode;
  justifyMode?: BigValueJustifyMode;
  textMode?: BigValueTextMode;
  wideLayout?: boolean;
  showPercentChange?: boolean;
}

/** Large figures, with a small graph behind them if the dashboard wants one. */
export function StatView(props: ViewProps): ReactNode {
  const theme = useTheme2();
  const { panel, width, height } = props;
  const options = (panel.options ?? {}) as StatOptions;
  const { graphMode = BigValueGraphMode.None, showPercentChange = false } = options;
  const values = figures(props, theme, graphMode !== BigValueGraphMode.None, showPercentChange);
  return (
    <VizRepeater<FieldDisplay, DisplayValueAlignmentFactors>
      source={props.frames}
      renderCounter={0}
      width={width}
      height={height}
      orientation={(options.orientation as VizOrientation) ?? VizOrientation.Auto}
      itemSpacing={8}
      autoGrid
      getValues={() => values}
      getAlignmentFactors={getDisplayValueAlignmentFactors}
      renderValue={({ value: figure, count, alignmentFactors, ...size }) => (
        <Linked figure={figure}>
          <BigValue
            {...size}
            theme={theme}
            value={figure.display}
            count={count}
            alignmentFactors={alignmentFactors}
            sparkline={figure.sparkline}
            text={options.text}
            colorMode={options.colorMode ?? BigValueColorMode.Value}
            graphMode={graphMode}
            justifyMode={options.justifyMode ?? BigValueJustifyMode.Auto}
            textMode={options.textMode ?? BigValueTextMode.Auto}
            disableWideLayout={options.wideLayout === false}
          />
        </Linked>
      )}
    />
  );
}
