# linmu_flags: what the results depend on; exported. linmu_developer_flags: for those who change linmu; never exported.
add_library(linmu_flags INTERFACE)
set_target_properties(linmu_flags PROPERTIES EXPORT_NAME flags)
target_compile_features(linmu_flags INTERFACE cxx_std_20)
# a * b + c has two possible results when the compiler may fuse it; the same bytes on any machine need one.
target_compile_options(linmu_flags INTERFACE -ffp-contract=off)

add_library(linmu_developer_flags INTERFACE)
if(LINMU_DEVELOPER)
  target_compile_options(linmu_developer_flags INTERFACE
    -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wsign-conversion -Wcast-qual -Wnon-virtual-dtor
    -Woverloaded-virtual -Wold-style-cast -Wnull-dereference -Wduplicated-cond -Wlogical-op -Wuseless-cast
    # GCC 12 warns of its own library's inlined code at -O2 (GCC bugs 105651, 107852).
    -Wno-error=restrict -Wno-error=null-dereference -Wno-error=maybe-uninitialized -Wno-error=array-bounds
    -Wno-error=stringop-overflow)
endif()
if(LINMU_SANITIZE)
  target_compile_options(linmu_developer_flags INTERFACE -fsanitize=${LINMU_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(linmu_developer_flags INTERFACE -fsanitize=${LINMU_SANITIZE})
endif()
if(LINMU_FUZZ)
  target_compile_options(linmu_flags INTERFACE $<BUILD_INTERFACE:-fsanitize=fuzzer-no-link,address>)
  target_link_options(linmu_flags INTERFACE $<BUILD_INTERFACE:-fsanitize=address>)
endif()
if(LINMU_COVERAGE)
  target_compile_options(linmu_developer_flags INTERFACE --coverage -O0)
  target_link_options(linmu_developer_flags INTERFACE --coverage)
endif()
