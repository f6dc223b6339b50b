import { useCallback, useState } from 'react';

export interface Size {
  width: number;
  height: number;
}

/** The size of an element that has no border or padding, in whole pixels; known before it is first painted. */
export function useSize(): [(element: HTMLElement | null) => (() => void) | undefined, Size | undefined] {
  const [size, setSize] = useState<Size>();
  const measure = useCallback((element: HTMLElement | null) => {
    if (!element) return undefined;
    const update = (rectangle: Size) => {
      const [width, height] = [Math.floor(rectangle.width), Math.floor(rectangle.height)];
      setSize((old) => (old?.width === width && old.height === height ? old : { width, height }));
    };
    // An observer tells the first size a frame later: a panel would be seen without its content.
    update(element.getBoundingClientRect());
    const observer = new ResizeObserver(([{ contentRect }]) => update(contentRect));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [measure, size];
}
