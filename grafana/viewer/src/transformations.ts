// Grafana's own transformations of data frames.
import { standardTransformers, standardTransformersRegistry, transformDataFrame } from '@grafana/data';
import type { DataFrame, DataTransformerConfig, TransformerRegistryItem } from '@grafana/data';
import { firstValueFrom } from 'rxjs';

// Grafana's core registers them at its start; the published packages only hold them, some twice.
standardTransformersRegistry.setInit(() => {
  const each = new Map(Object.values(standardTransformers).map((transformer) => [transformer.id, transformer]));
  return [...each.values()].map(
    (transformer): TransformerRegistryItem => ({
      id: transformer.id,
      name: transformer.name,
      transformation: async () => transformer,
      editor: () => null,
      imageDark: '',
      imageLight: '',
    }),
  );
});

/** Unlike Grafana's, complains of a name that there is not, instead of passing the data on as they are. */
export async function transform(frames: DataFrame[], steps: DataTransformerConfig[]): Promise<DataFrame[]> {
  const unknown = steps.find(({ id }) => !standardTransformersRegistry.getIfExists(id));
  if (unknown) throw new Error(`There is no transformation ${unknown.id}`);
  return steps.length ? firstValueFrom(transformDataFrame(steps, frames)) : frames;
}
