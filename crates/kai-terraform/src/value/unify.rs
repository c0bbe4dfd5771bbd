//! The one type that several values can all have.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::{ObjectType, Type, can_convert};

/// The type that all of these convert to; none where there is none, or no type is given.
#[must_use]
pub fn unify(types: &[Type]) -> Option<Type> {
    let first = types.first()?;
    if types.iter().all(|it| it == first) {
        return Some(first.clone());
    }
    let count = |is: fn(&Type) -> bool| types.iter().filter(|it| is(it)).count();
    let (maps, objects) =
        (count(|it| matches!(it, Type::Map(_))), count(|it| matches!(it, Type::Object(_))));
    let (lists, tuples) =
        (count(|it| matches!(it, Type::List(_))), count(|it| matches!(it, Type::Tuple(_))));
    let sets = count(|it| matches!(it, Type::Set(_)));
    let dynamics = count(|it| *it == Type::Dynamic);
    let all = types.len();
    let is_open = dynamics > 0;
    if maps > 0 && maps + dynamics == all {
        return collections(types, is_open, Type::map);
    }
    if maps > 0 && maps + objects + dynamics == all {
        if let Some(ty) = objects_as_maps(types) {
            return Some(ty);
        }
    } else if lists > 0 && lists + dynamics == all {
        return collections(types, is_open, Type::list);
    } else if lists > 0 && lists + tuples + dynamics == all {
        if let Some(ty) = tuples_as_lists(types) {
            return Some(ty);
        }
    } else if sets > 0 && sets + dynamics == all {
        return collections(types, is_open, Type::set);
    } else if objects > 0 && objects + dynamics == all {
        return if is_open { Some(Type::Dynamic) } else { unify_objects(types) };
    } else if tuples > 0 && tuples + dynamics == all {
        return if is_open { Some(Type::Dynamic) } else { unify_tuples(types) };
    } else if objects > 0 && tuples > 0 {
        return None;
    }
    preferred(types)
        .into_iter()
        .find(|want| types.iter().all(|it| it == *want || can_convert(it, want)))
        .cloned()
}

/// Texts before other primitives, lists before sets, what is not known last, else as they stand.
fn preferred(types: &[Type]) -> Vec<&Type> {
    let mut order: Vec<_> = types.iter().collect();
    order.sort_by_key(|it| rank(it));
    order
}

fn rank(ty: &Type) -> u8 {
    match ty {
        Type::Dynamic => 9,
        Type::String => 0,
        Type::Set(_) => 2,
        _ => 1,
    }
}

fn collections(types: &[Type], is_open: bool, make: fn(Type) -> Type) -> Option<Type> {
    if is_open {
        return Some(Type::Dynamic);
    }
    let elements: Vec<_> = types.iter().filter_map(Type::element).cloned().collect();
    unify(&elements).map(make)
}

fn unify_objects(types: &[Type]) -> Option<Type> {
    let objects: Vec<&ObjectType> = types.iter().filter_map(as_object).collect();
    let first = objects.first()?;
    let is_one_shape = objects.iter().all(|it| it.attributes.keys().eq(first.attributes.keys()));
    if !is_one_shape {
        let all: Vec<_> = objects.iter().flat_map(|it| it.attributes.values().cloned()).collect();
        return if all.is_empty() { None } else { unify(&all).map(Type::map) };
    }
    let attribute = |name: &SmolStr| {
        let across: Vec<_> =
            objects.iter().filter_map(|it| it.attributes.get(name).cloned()).collect();
        unify(&across).map(|ty| (name.clone(), ty))
    };
    let attributes = first.attributes.keys().map(attribute).collect::<Option<BTreeMap<_, _>>>()?;
    let optional: BTreeSet<_> = objects.iter().flat_map(|it| it.optional.iter().cloned()).collect();
    Some(Type::Object(ObjectType { attributes, optional }.into()))
}

fn unify_tuples(types: &[Type]) -> Option<Type> {
    let tuples: Vec<&[Type]> = types.iter().filter_map(as_tuple).collect();
    let first = tuples.first()?;
    if tuples.iter().any(|it| it.len() != first.len()) {
        let all: Vec<_> = tuples.iter().flat_map(|it| it.iter().cloned()).collect();
        return unify(&all).map(Type::list);
    }
    let element = |index: usize| {
        let across: Vec<_> = tuples.iter().map(|it| it[index].clone()).collect();
        unify(&across)
    };
    (0..first.len()).map(element).collect::<Option<Vec<_>>>().map(Type::tuple)
}

fn objects_as_maps(types: &[Type]) -> Option<Type> {
    let as_map = |ty: &Type| match as_object(ty) {
        Some(object) if object.attributes.is_empty() => Some(None),
        Some(object) => {
            let all: Vec<_> = object.attributes.values().cloned().collect();
            unify(&all).map(|it| Some(Type::map(it)))
        }
        None => Some(Some(ty.clone())),
    };
    let maps: Vec<_> = types.iter().map(as_map).collect::<Option<Vec<_>>>()?;
    let maps: Vec<_> = maps.into_iter().flatten().collect();
    unify(&maps)
}

fn tuples_as_lists(types: &[Type]) -> Option<Type> {
    let as_list = |ty: &Type| match as_tuple(ty) {
        Some([]) => Some(None),
        Some(elements) => unify(elements).map(|it| Some(Type::list(it))),
        None => Some(Some(ty.clone())),
    };
    let lists: Vec<_> = types.iter().map(as_list).collect::<Option<Vec<_>>>()?;
    let lists: Vec<_> = lists.into_iter().flatten().collect();
    unify(&lists)
}

fn as_object(ty: &Type) -> Option<&ObjectType> {
    if let Type::Object(object) = ty { Some(object) } else { None }
}

fn as_tuple(ty: &Type) -> Option<&[Type]> {
    if let Type::Tuple(elements) = ty { Some(elements) } else { None }
}
