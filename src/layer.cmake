# linmu_layer(NAME <layer> SOURCES ... USES <layers and libraries seen in its public headers> HIDES <libraries seen in its sources only>)
# One static library a layer. Its public headers are include/linmu/<layer>/*.hpp; each is compiled alone by
# the target all_verify_interface_header_sets.
function(linmu_layer)
  cmake_parse_arguments(L "" "NAME" "SOURCES;USES;HIDES" ${ARGN})
  file(GLOB headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/linmu/${L_NAME}/*.hpp)
  set(target linmu_${L_NAME})
  add_library(${target} STATIC ${L_SOURCES})
  add_library(linmu::${L_NAME} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${L_NAME} POSITION_INDEPENDENT_CODE ON)
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/include FILES ${headers})
  target_link_libraries(${target} PUBLIC linmu_flags ${L_USES}
                        PRIVATE ${L_HIDES} $<BUILD_INTERFACE:linmu_developer_flags>)
  set_property(GLOBAL APPEND PROPERTY LINMU_LAYERS ${target})
endfunction()
