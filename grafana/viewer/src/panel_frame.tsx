// The frame of a panel: what it is called and is about, and its content or the reason why there is none.
import { Tooltip, useTheme2 } from '@grafana/ui';
import { Component, useMemo, useState } from 'react';
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

/** Keeps what goes wrong while a panel is drawn from taking the page down. */
class Boundary extends Component<{ onError: (error: Error) => void; children: ReactNode }, { isBroken: boolean }> {
  state = { isBroken: false };

  static getDerivedStateFromError() {
    return { isBroken: true };
  }

  componentDidCatch(error: Error) {
    this.props.onError(error);
  }

  render(): ReactNode {
    return this.state.isBroken ? null : this.props.children;
  }
}

function Message({ isError = false, children }: { isError?: boolean; children: string }): ReactNode {
  return <div className={isError ? 'message is-error' : 'message'}>{children}</div>;
}

function Heading({ panel, choices }: { panel: Panel; choices: Choices }): ReactNode {
  const { title, description, links = [] } = panel;
  const resolved = links.map(({ title: text, url = '', targetBlank }) => ({
    text,
    href: resolveLink(url, choices),
    target: targetBlank ? '_blank' : undefined,
  }));
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
      {resolved.map(({ text, href, target }) => href && (
        <a key={text} href={href} target={target} rel="noreferrer" title={text} aria-label={text}>
          <LinkIcon />
        </a>
      ))}
    </header>
  );
}

interface ContentProps extends FrameProps {
  data: PanelData;
  picture: Picture;
}

function Content({ panel, data, picture, choices, zoom }: ContentProps): ReactNode {
  const theme = useTheme2();
  const [measure, size] = useSize();
  const frames = useMemo(() => withFieldConfig(panel, data.frames, theme, choices), [panel, data, theme, choices]);
  const View = viewOf(panel.type);
  return (
    <div className="panel-content" ref={measure}>
      {size && size.width > 0 && size.height > 0 && View && (
        <View panel={panel} frames={frames} data={data} picture={picture} zoom={zoom} {...size} />
      )}
    </div>
  );
}

interface Reason {
  state: State;
  text: string;
}

function reasonForNothing({ panel, data, failure }: FrameProps): Reason | undefined {
  if (failure) return { state: 'error', text: failure };
  if (!viewOf(panel.type)) {
    return { state: 'error', text: `This page cannot draw a panel of the type ${panel.type}. Grafana can.` };
  }
  if (!data) return { state: 'loading', text: 'Loading …' };
  return data.error ? { state: 'error', text: data.error } : undefined;
}

export function PanelFrame(props: FrameProps): ReactNode {
  const { panel, style, data, picture, choices } = props;
  // The next data get another try.
  const [broken, setBroken] = useState<{ data?: PanelData; reason: Reason }>();
  const nothing = reasonForNothing(props) ?? (broken?.data === data ? broken?.reason : undefined);
  const onError = ({ message }: Error) =>
    setBroken({ data, reason: { state: 'error', text: `This panel cannot be drawn: ${message}` } });
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
      {state === 'ok' && data && picture && (
        <Boundary onError={onError}>
          <Content {...props} data={data} picture={picture} />
        </Boundary>
      )}
    </section>
  );
}
