// The frame of a panel: what it is called and is about, and its content or the reason why there is none.
import type { DataFrame } from '@grafana/data';
import { Tooltip, useTheme2 } from '@grafana/ui';
import { Component, useMemo } from 'react';
import type { CSSProperties, ReactNode } from 'react';
import type { Panel } from './dashboard.ts';
import { withFieldConfig } from './field_config.ts';
import { InfoIcon, LinkIcon } from './icons.tsx';
import { resolveLink } from './links.ts';
import type { Choices } from './links.ts';
import type { PanelData, Picture } from './load.ts';
import { viewOf } from './panels/views.ts';
import { useSize } from './use_size.ts';

interface FrameProps {
  panel: Panel;
  style: CSSProperties;
  /** Absent until the first load is complete. */
  data?: PanelData;
  picture?: Picture;
  /** Why no panel has anything to show. */
  failure?: string;
  choices: Choices;
  zoom: (span: { from: string; to: string }) => void;
}

type State = 'ok' | 'empty' | 'error' | 'loading';

/** What goes wrong while a panel is drawn stays in that panel. The next data get another try. */
class Boundary extends Component<{ frames: DataFrame[]; children: ReactNode }, { error?: Error; frames?: DataFrame[] }> {
  state: { error?: Error; frames?: DataFrame[] } = {};

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  static getDerivedStateFromProps({ frames }: { frames: DataFrame[] }, state: { frames?: DataFrame[] }) {
    return frames === state.frames ? null : { frames, error: undefined };
  }

  render(): ReactNode {
    const { error } = this.state;
    return error ? <Message isError>{`This panel cannot be drawn: ${error.message}`}</Message> : this.props.children;
  }
}

function Message({ isError = false, children }: { isError?: boolean; children: string }): ReactNode {
  return <p className={isError ? 'message is-error' : 'message'}>{children}</p>;
}

function Heading({ panel: { title, description, links = [] }, choices }: Pick<FrameProps, 'panel' | 'choices'>): ReactNode {
  const resolved = links.map((link) => ({ ...link, href: resolveLink(link.url ?? '', choices) }));
  return (
    <header className="panel-heading">
      <h3 title={title}>{title}</h3>
      {description && (
        <Tooltip content={<div className="description">{description}</div>} interactive>
          <button type="button" className="quiet" aria-label={`About ${title}: ${description}`}>
            <InfoIcon />
          </button>
        </Tooltip>
      )}
      {resolved.map(({ title: text, href, targetBlank }) => href && (
        <a key={text} href={href} target={targetBlank ? '_blank' : undefined} rel="noreferrer" title={text} aria-label={text}>
          <LinkIcon />
        </a>
      ))}
    </header>
  );
}

function Content({ panel, data, picture, choices, zoom }: FrameProps & { data: PanelData; picture: Picture }): ReactNode {
  const theme = useTheme2();
  const [measure, size] = useSize();
  const frames = useMemo(() => withFieldConfig(panel, data.frames, theme, choices), [panel, data, theme, choices]);
  const View = viewOf(panel.type);
  return (
    <div className="panel-content" ref={measure}>
      {size && size.width > 0 && size.height > 0 && View && (
        <Boundary frames={frames}>
          <View panel={panel} frames={frames} data={data} picture={picture} zoom={zoom} {...size} />
        </Boundary>
      )}
    </div>
  );
}

function reasonForNothing({ panel, data, failure }: FrameProps): { state: State; text: string } | undefined {
  if (failure) return { state: 'error', text: failure };
  if (!viewOf(panel.type)) {
    return { state: 'error', text: `This page cannot draw a panel of the type ${panel.type}. Grafana can.` };
  }
  if (!data) return { state: 'loading', text: 'Loading …' };
  return data.error ? { state: 'error', text: data.error } : undefined;
}

export function PanelFrame(props: FrameProps): ReactNode {
  const { panel, style, data, picture, choices } = props;
  const nothing = reasonForNothing(props);
  const isEmpty = !data?.frames.some(({ length }) => length);
  const state: State = nothing?.state ?? (isEmpty ? 'empty' : 'ok');
  return (
    <section
      className="panel"
      aria-label={panel.title}
      data-panel={panel.id}
      data-type={panel.type}
      data-state={state}
      style={style}
    >
      <Heading panel={panel} choices={choices} />
      {nothing && <Message isError={nothing.state === 'error'}>{nothing.text}</Message>}
      {state === 'empty' && <Message>{panel.fieldConfig?.defaults.noValue ?? 'No data'}</Message>}
      {state === 'ok' && data && picture && <Content {...props} data={data} picture={picture} />}
    </section>
  );
}
