import { GitHubError } from '../github-error.ts';
import { isJsonObject, textIn } from '../json-object.ts';
import type { Field, FieldType } from '../model.ts';
import { requireRight } from '../permissions.ts';
import { isSameName } from '../store.ts';
import { type Mutation, mutationId, requireNode } from './mutation.ts';
import type { ViewContext } from './view.ts';

/** Adds fields to a board, and writes the options of one. */
export function fieldMutations({ state, views }: Pick<ViewContext, 'state' | 'views'>): Record<string, Mutation> {
  return {
    createProjectV2Field: ({ input }) => {
      const project = requireNode(state, { kind: 'project', id: input.projectId });
      requireRight(state, 'projects');
      const name = String(input.name);
      if (project.fields.some((field) => isSameName(field.name, name)))
        throw new GitHubError('UNPROCESSABLE', 'Name has already been taken');
      const type = (['TEXT', 'NUMBER', 'SINGLE_SELECT'] as const).find((known) => known === input.dataType);
      if (type === undefined) throw new GitHubError('NOT_IMPLEMENTED', 'local GitHub adds no field of this type');
      const field = state.addField(project, { name, type: type satisfies FieldType });
      return { ...mutationId(input), projectV2Field: () => views.field(field) };
    },
    updateProjectV2Field: ({ input }) => {
      const field = requireNode(state, { kind: 'field', id: input.fieldId });
      requireRight(state, 'projects');
      const options = Array.isArray(input.singleSelectOptions) ? input.singleSelectOptions.filter(isJsonObject) : [];
      if (!state.rules.takesOptionIds && options.some((option) => 'id' in option))
        throw new GitHubError('argumentNotAccepted', UNKNOWN_ID);
      // Empty: no option changes.
      if (options.length > 0)
        state.setOptions(
          field,
          options.map((option) => optionOf({ state, field }, option)),
        );
      return { ...mutationId(input), projectV2Field: () => views.field(field) };
    },
  };
}

const UNKNOWN_ID = "InputObject 'ProjectV2SingleSelectFieldOptionInput' doesn't accept argument 'id'";

/** Without an id an option is made anew, and cards lose what they had. */
function optionOf({ state, field }: Pick<ViewContext, 'state'> & { field: Field }, input: Record<string, unknown>) {
  const values = {
    name: String(input.name),
    color: textIn(input, 'color') ?? 'GRAY',
    description: textIn(input, 'description') ?? '',
  };
  const id = textIn(input, 'id');
  if (id === undefined) return state.newOption(values);
  if (!field.options.some((option) => option.id === id))
    throw new GitHubError('UNPROCESSABLE', `The option ${id} does not belong to the field`);
  return { id, ...values };
}
